/** Turns the plan of a generator into a package: slices and the manifest that describes them. */
import * as v from 'valibot';
import type { Backend } from '../engine/backends/backend.ts';
import { ModelFormatError } from '../engine/errors.ts';
import type { Alignment } from '../engine/faces/alignment.ts';
import { MANIFEST_FORMAT, manifestSchema, UNKNOWN_DOMAIN, type Manifest } from '../engine/generator/manifest.ts';
import type { MappingFile, SliceFile } from '../engine/generator/program.ts';
import type { Graph } from '../engine/graph/graph.ts';
import { writeModel } from '../engine/onnx/write.ts';
import { storeHalf } from './half.ts';
import { withoutShard } from './shards.ts';
import type { GeneratorPlan, MappingPlan } from './layouts/layout.ts';
import { RangeUnknownError } from './range.ts';

export interface ImportOptions {
  /** Name of the file, for errors and, unless told otherwise, for the package's id, name and source. */
  readonly fileName: string;
  readonly id?: string;
  readonly name?: string;
  /** What the prior has seen, in a few words. */
  readonly domain?: string;
  readonly licence?: string;
  readonly source?: string;
  /** Stores weights as half floats: half the size, at a relative error of 2^-11 a weight. */
  readonly half?: boolean;
  /** Output values that mean black and white, where the file does not say, or says it wrongly. */
  readonly range?: readonly [number, number];
  readonly presets?: Manifest['presets'];
  /** How the faces that a generator was trained on were cut out, where it draws faces. */
  readonly alignment?: Alignment;
  /** Where a generator's files are put; absent: in memory. */
  readonly files?: FilesInTheMaking;
  /** Where a generator is run before its import is done; absent: it is not run. */
  readonly backend?: () => Promise<Backend>;
  /** Told how much of a generator is done, from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** File name to content, wherever it is kept. */
export interface PackageFiles extends Iterable<readonly [string, Uint8Array]> {
  get(name: string): Uint8Array | undefined;
}

/** A Map keeps them in memory. */
export interface FilesInTheMaking extends PackageFiles {
  set(name: string, bytes: Uint8Array): unknown;
}

export interface ImportedPackage {
  readonly manifest: Manifest;
  /** Everything the manifest lists. */
  readonly files: PackageFiles;
}

/** @throws ModelFormatError when the plan's numbers are outside what a package can describe */
export async function writePackage(plan: GeneratorPlan, options: ImportOptions): Promise<ImportedPackage> {
  const { files = new Map<string, Uint8Array>() } = options;
  const slices: SliceFile[] = [];
  const write = async (file: string, graph: Graph) => {
    const bytes = writeModel(options.half ? storeHalf(graph) : graph);
    files.set(file, bytes);
    return { file, bytes: bytes.length, sha256: await sha256(bytes) };
  };
  for (const [i, { inputs, outputs, build }] of plan.slices.entries()) {
    const file = `slice-${String(i + 1).padStart(2, '0')}.onnx`;
    slices.push({ ...(await write(file, await build())), inputs, outputs });
    options.onProgress?.((i + 1) / plan.slices.length);
  }
  const { zDim, resolution, notes = [] } = plan;
  const mapping = plan.mapping && (await written(plan.mapping, write));
  const range = options.range ?? plan.range;
  if (!range) throw new RangeUnknownError(options.fileName);
  const manifest = v.safeParse(manifestSchema, {
    format: MANIFEST_FORMAT,
    ...describe(options),
    latent: { size: zDim, sampled: 'normal' },
    resolution,
    range,
    slices,
    ...(mapping && { mapping }),
    presets: options.presets ?? {},
    ...(options.alignment !== undefined && { alignment: options.alignment }),
    ...(notes.length > 0 && { notes }),
  });
  if (!manifest.success) {
    throw new ModelFormatError(`${options.fileName} cannot be described as a package: ${manifest.issues[0].message}`);
  }
  return { manifest: manifest.output, files };
}

async function written(
  { build, ...described }: MappingPlan,
  write: (file: string, graph: Graph) => Promise<Pick<MappingFile, 'file' | 'bytes' | 'sha256'>>,
): Promise<MappingFile> {
  return { ...(await write('mapping.onnx', await build())), ...described };
}

/** The descriptive part of a manifest, from the options and, where they are silent, from the file's name. */
export function describe({ fileName, id, name, domain, licence, source }: ImportOptions) {
  const file = fileName.replace(/^.*[\\/]/, '');
  const base = withoutShard(file).replace(/\.(pth|pt|ckpt|bin|pkl|onnx|safetensors|npz)$/i, '');
  // Published files carry the start of their SHA-256 after the last dash.
  const plain = base.replace(/-[0-9a-f]{8}$/, '');
  return {
    id: id ?? slug(plain),
    name: name ?? plain,
    domain: domain ?? UNKNOWN_DOMAIN,
    licence: licence ?? 'not known; see where the file comes from',
    source: source ?? file,
  };
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '') || 'model';

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
