/** How a picture was made, as JSON: what `ganprior replay` needs to make it again, byte for byte on the same backend. */
import * as v from 'valibot';
import type { Job, Outcome } from '../engine/inversion/job.ts';
import type { Edit } from '../engine/inspect/moves.ts';
import { refinementsOf } from '../engine/inversion/refinements.ts';
import { packageFiles, type Manifest } from '../engine/generator/manifest.ts';
import { isTrained, makesInOnePass, type PriorManifest } from '../engine/prior.ts';
import { defaultSeam, isTurned, quadOfRegion, type TaskOptions } from '../engine/tasks/index.ts';
import { editSchema, quadSchema, taskOptionsSchema, taskSchema } from '../shared/schemas.ts';
import { RESULT_FORMATS } from './codecs/formats.ts';
import { sha256 } from './sha256.ts';
import { VERSION } from './version.ts';

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const PNG_URL = 'data:image/png;base64,';

/** Whoever stops a run while its starts are scored gets the best so far: how many were scored by then depends on when. */
const NO_STEP = 'It shows what was there before the first step, which depends on when the run was stopped.';

const recordSchema = v.object({
  format: v.literal(1),
  software: v.string(),
  task: taskSchema,
  /** SHA-256 over the hashes of its slices, in their order (`modelHash`); those of its bank's and encoder's files, where codes came from there. */
  model: v.object({
    id: v.string(),
    sha256: hash,
    bank: v.exactOptional(hash),
    encoder: v.exactOptional(hash),
  }),
  source: v.object({ name: v.string(), sha256: hash }),
  /** Every number the run used, whether a person, the settings, the model or the paper chose it. */
  options: taskOptionsSchema,
  /** Corners in the picture of the turned regions that it was made of, those of `options.region` or `options.faces`, for who reads it. */
  quads: v.exactOptional(v.array(quadSchema)),
  /** Of faces that were enlarged: what enlarged the rest of the picture; absent: a bicubic filter. */
  rest: v.exactOptional(v.literal('untrained')),
  /** Inpainting: the mask as a PNG file, white where the picture was unknown. */
  mask: v.exactOptional(v.pipe(v.string(), v.startsWith(PNG_URL))),
  /** The perceptual network that `options.perceptual` names: SHA-256 of its ONNX file. */
  network: v.exactOptional(v.object({ id: v.string(), sha256: hash })),
  /** What `options.startFrom` names: its hash, as of the model. */
  start: v.exactOptional(v.object({ id: v.string(), sha256: hash })),
  /** Steps that were made: fewer than `options.iterations` when the run was stopped or ended by itself. */
  steps: v.pipe(v.number(), v.integer(), v.minValue(0)),
  backend: v.string(),
  /** By how much its codes were moved and weighed after the run, and whether it was composed as results are after that. */
  edit: v.exactOptional(v.intersect([editSchema, v.object({ consistent: v.boolean() })])),
  /** What the result was written as; the quality is that of a JPEG or WebP file. See `recordPlace.ts`. */
  file: v.exactOptional(
    v.object({
      format: v.picklist(RESULT_FORMATS),
      quality: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
    }),
  ),
  /** Why the record alone does not make the picture again. */
  unrepeatable: v.exactOptional(v.string()),
});
export type MadeRecord = v.InferOutput<typeof recordSchema>;

export interface Making {
  readonly manifest: PriorManifest;
  readonly job: Job;
  /** What the job was prepared with. */
  readonly options: TaskOptions;
  readonly outcome: Outcome;
  readonly source: { readonly name: string; readonly bytes: Uint8Array };
  /** The mask's PNG file. */
  readonly mask?: Uint8Array | undefined;
  /** SHA-256 of the perceptual network's file, where the job has one. */
  readonly network?: string | undefined;
  /** What made the draft that codes began with. */
  readonly start?: PriorManifest | undefined;
  readonly unrepeatable?: string | undefined;
  /** What enlarged the picture around faces. */
  readonly rest?: 'bicubic' | 'untrained' | undefined;
}

/**
 * The record of a run; its `file` comes with the file. The same run gives the same text: nothing in it depends on when or how
 * fast it was made.
 */
export function recordOf({ manifest, job, options, outcome, source, mask, network, ...making }: Making): string {
  const unrepeatable = making.unrepeatable ?? (outcome.steps === 0 ? NO_STEP : undefined);
  const plain = Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'unknown'));
  const { task, method, layer, codes, starts, iterations, seed, down, optimizer, perceptual, factor } = job;
  const record: MadeRecord = {
    format: 1,
    software: `GAN Prior ${VERSION}`,
    task,
    model: {
      id: manifest.id,
      sha256: modelHash(manifest),
      ...(isTrained(manifest) && startFiles(manifest, job)),
    },
    source: { name: source.name, sha256: sha256(source.bytes) },
    // Parsed, so that the order does not depend on where the options come from.
    options: v.parse(taskOptionsSchema, {
      ...plain,
      ...{ method, seed, down },
      ...(!makesInOnePass(manifest) && { iterations }),
      ...(isTrained(manifest) && { layer, codes, starts, alphaLearningRate: optimizer.alphaLearningRate }),
      ...(!makesInOnePass(manifest) && {
        optimizer: optimizer.kind,
        learningRate: optimizer.learningRate,
        schedule: optimizer.schedule,
      }),
      perceptual: perceptual ?? { kind: 'none' },
      ...(task === 'super-resolve' && { factor }),
      ...(options.region && { seam: options.seam ?? defaultSeam(options.region) }),
      ...refinementsOf(job),
      ...(outcome.codesAtOnce !== undefined && { codesAtOnce: outcome.codesAtOnce }),
    }),
    ...quadsOf(options),
    ...(making.rest === 'untrained' && { rest: making.rest }),
    ...(mask && { mask: PNG_URL + Buffer.from(mask).toString('base64') }),
    ...(network !== undefined &&
      perceptual?.kind === 'network' && { network: { id: perceptual.network, sha256: network } }),
    ...(making.start && { start: { id: making.start.id, sha256: modelHash(making.start) } }),
    steps: outcome.steps,
    backend: outcome.backend,
    ...(unrepeatable !== undefined && { unrepeatable }),
  };
  return JSON.stringify(record);
}

/** What a run's codes came from. */
const startFiles = (
  { bank, encoder }: Manifest,
  { method, start, bank: usesBank }: Job,
): Partial<MadeRecord['model']> => ({
  ...(usesBank && bank && { bank: bank.sha256 }),
  ...((method === 'encoder' || start === 'encoder') && encoder && { encoder: encoder.sha256 }),
});

/** The record of a run's result after its codes were moved; its `file` comes with the file. */
export const editedRecord = (record: MadeRecord, edit: Edit, consistent: boolean): string =>
  JSON.stringify({ ...record, edit: { ...edit, consistent }, file: undefined });

function quadsOf({ region, faces }: TaskOptions): Pick<MadeRecord, 'quads'> {
  const turned = faces ?? (region && isTurned(region) ? [region] : []);
  return turned.length > 0 ? { quads: turned.map(quadOfRegion) } : {};
}

/** @returns nothing for a text that is no record of this version */
export function parseRecord(text: string): MadeRecord | undefined {
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The mask's PNG file. */
export const maskOf = ({ mask }: MadeRecord): Uint8Array | undefined =>
  mask === undefined ? undefined : Uint8Array.from(Buffer.from(mask.slice(PNG_URL.length), 'base64'));

/** The hashes of what draws: a bank only says where to start. */
const weightsOf = ({ slices, mapping }: Manifest): string =>
  packageFiles({ slices, ...(mapping && { mapping }) })
    .map((file) => file.sha256)
    .join('\n');

/** Of the untrained prior: of the network that a seed draws. */
export function modelHash(manifest: PriorManifest): string {
  if (makesInOnePass(manifest)) return manifest.sha256;
  return sha256(isTrained(manifest) ? weightsOf(manifest) : `${manifest.id} ${manifest.revision}`);
}
