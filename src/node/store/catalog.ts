/**
 * Catalogues: lists of published checkpoints and what a person should know before downloading one. The built-in one is
 * `models/catalog.json`; anybody can write another.
 */
import * as v from 'valibot';
import builtIn from '../../../models/catalog.json';
import { EngineError } from '../../engine/errors.ts';
import { alignmentSchema } from '../../engine/faces/alignment.ts';
import { presetSchema, TASKS } from '../../engine/generator/manifest.ts';
import { isSafeUrl } from './address.ts';

export const KINDS = ['generator', 'feed-forward', 'perceptual', 'detector'] as const;
export type ModelKind = (typeof KINDS)[number];

/** What ids and file names may look like: they become names of folders. */
export const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const url = v.pipe(v.string(), v.check(isSafeUrl, 'must be an https address'));
const sentence = v.pipe(v.string(), v.nonEmpty(), v.maxLength(500));

export const entrySchema = v.object({
  id: v.pipe(v.string(), v.regex(ID)),
  kind: v.picklist(KINDS),
  title: sentence,
  /** What the network has seen. */
  domain: sentence,
  /** Side of its images; feed-forward and perceptual networks take any. */
  resolution: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(4), v.maxValue(4096))),
  url,
  /**
   * The SHA-256 of the file in hexadecimal, or at least the first 8 digits of it. Absent where its authors publish none: then later
   * downloads are compared with the first one.
   */
  sha256: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{8,64}$/))),
  /** Size of the download; a file of another size is refused unless the number is approximate. */
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 36)),
  approximate: v.optional(v.boolean(), false),
  /** The licence of the weights, or that their authors state none. */
  licence: sentence,
  /** Where to read about the model. */
  page: url,
  /** Layout of the checkpoint, for people; the importer recognises it by itself. */
  layout: v.exactOptional(sentence),
  goodFor: sentence,
  /** Of a generator of faces: how the ones that it was trained on were cut out. */
  alignment: v.exactOptional(alignmentSchema),
  presets: v.optional(v.record(v.picklist(TASKS), presetSchema), {}),
});
export type CatalogEntry = v.InferOutput<typeof entrySchema>;

/** A direction that somebody trained: between the codes that a model draws one kind of picture from, and the others. */
export const boundarySchema = v.object({
  id: v.pipe(v.string(), v.regex(ID)),
  title: sentence,
  /** The models whose codes it is for, by id. */
  models: v.pipe(v.array(v.pipe(v.string(), v.regex(ID))), v.minLength(1)),
  /** Of a NumPy file. No hash is published: later downloads are compared with the first one. */
  url,
  licence: sentence,
  page: url,
});
export type Boundary = v.InferOutput<typeof boundarySchema>;

export const catalogSchema = v.object({
  format: v.literal(1),
  name: sentence,
  boundaries: v.optional(v.array(boundarySchema), []),
  models: v.pipe(
    v.array(entrySchema),
    v.maxLength(1000),
    v.check((models) => new Set(models.map(({ id }) => id)).size === models.length, 'has an id twice'),
  ),
});
export type Catalog = v.InferOutput<typeof catalogSchema>;

/** A catalogue that cannot be used; the message names it and the part that is wrong. */
export class CatalogError extends EngineError {
  override name = 'CatalogError';
}

/** @param what the catalogue's file or address, for errors. @throws CatalogError */
export function parseCatalog(json: unknown, what: string): Catalog {
  const parsed = v.safeParse(catalogSchema, json);
  if (parsed.success) return parsed.output;
  const { message, path } = parsed.issues[0];
  const where = path?.map(({ key }) => String(key)).join('.');
  throw new CatalogError(
    `${what} is not a catalogue of format 1${where ? ` (${where}: ${message})` : `: ${message}`}.`,
  );
}

/** The checkpoints this project knows. */
export const builtInCatalog = (): Catalog => parseCatalog(builtIn, 'models/catalog.json');

/**
 * What an entry's checkpoint is called on disk: its id, which whoever downloads it holds the lock of, with the ending of its address.
 * Files of different models often have one name ("generator.pth").
 */
export function checkpointName({ id, url: address }: Pick<CatalogEntry, 'id' | 'url'>): string {
  const ending = /\.\w{1,16}$/.exec(new URL(address).pathname)?.[0] ?? '.pth';
  return `${id}${ending}`;
}
