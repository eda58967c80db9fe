/** Checkpoints in several files: an index that says which tensor lies in which, and shards named `x-00001-of-00002`. */
import * as v from 'valibot';
import { ModelFormatError } from '../engine/errors.ts';
import { MAX_ENTRIES, MAX_HEADER_BYTES, MAX_SHARDS } from './limits.ts';
import { isFileName, readRange, type ByteSource } from './source.ts';
import type { StateDict } from './torch/stateDict.ts';
import type { LazyTensor } from './torch/tensorRef.ts';

/** Reads the tensors of one shard. */
type OpenShard = (source: ByteSource, what: string) => Promise<StateDict>;

const indexSchema = v.object({ weight_map: v.record(v.string(), v.pipe(v.string(), v.check(isFileName))) });

const INDEX = /\.index\.json$/i;
const SHARD = /^(.*)-(\d{5})-of-(\d{5})(\.(safetensors|bin|pth|pt))$/i;

/** The names of all shards that a file belongs to, itself among them; undefined for a whole file. */
function shardNames(file: string): string[] | undefined {
  const [, base = '', , total = '', ending = ''] = SHARD.exec(file) ?? [];
  const count = Number(total);
  if (count < 2 || count > MAX_SHARDS) return undefined;
  return Array.from({ length: count }, (_, i) => `${base}-${String(i + 1).padStart(5, '0')}-of-${total}${ending}`);
}

/** The file's name without what tells a shard or an index from the whole. */
export const withoutShard = (file: string): string => file.replace(INDEX, '').replace(SHARD, '$1$4');

/**
 * The tensors of a whole set of shards, where `what` is the index or one of them; undefined where it is a whole file.
 * @throws ModelFormatError naming the shards that are missing, or when the index is damaged
 */
export async function readShards(source: ByteSource, what: string, open: OpenShard): Promise<StateDict | undefined> {
  const file = what.replace(/^.*[\\/]/, '');
  const map = INDEX.test(file) ? await readIndex(source, what) : undefined;
  const names = map ? [...new Set(Object.values(map))] : shardNames(file);
  if (!names) return undefined;
  const found = await Promise.all(
    names.map(async (name) => [name, name === file ? source : await source.sibling?.(name)] as const),
  );
  const missing = found.filter(([, shard]) => !shard).map(([name]) => name);
  if (missing.length > 0) {
    const listed = missing.slice(0, 4).join(', ') + (missing.length > 4 ? ` and ${missing.length - 4} more` : '');
    throw new ModelFormatError(
      `${what} is one part of a checkpoint in ${names.length} shards. Missing beside it: ${listed}.`,
    );
  }
  const state = new Map<string, LazyTensor>();
  for (const [name, shard] of found) for (const [key, tensor] of await open(shard!, name)) state.set(key, tensor);
  const lost = map && Object.keys(map).find((name) => !state.has(name));
  if (lost !== undefined)
    throw new ModelFormatError(`${what} promises a tensor "${lost}" that its shard ${map![lost]!} lacks.`);
  return state;
}

async function readIndex(source: ByteSource, what: string): Promise<Readonly<Record<string, string>>> {
  if (source.size > MAX_HEADER_BYTES) throw new ModelFormatError(`${what} is too long for an index of shards.`);
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(await readRange(source, 0, source.size, what)));
    const { weight_map: map } = v.parse(indexSchema, json);
    const shards = new Set(Object.values(map)).size;
    if (shards > 0 && shards <= MAX_SHARDS && Object.keys(map).length <= MAX_ENTRIES) return map;
  } catch {
    // Reported below, like an index of too much.
  }
  throw new ModelFormatError(`${what} is no index of shards (a weight_map from tensors to files of the same folder).`);
}
