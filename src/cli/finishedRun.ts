/**
 * `--state DIR`: what a run optimised, read again. The arrays say which method they are of and how many codes there are; the layer
 * they are composed at, which they do not say, is the one where they draw the picture that lies beside them.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '../engine/backends/backend.ts';
import type { Generator } from '../engine/generator/generator.ts';
import { lastCut } from '../engine/generator/manifest.ts';
import { DrawingSession } from '../engine/inspect/session.ts';
import { drawingOf } from '../engine/inversion/drawing.ts';
import type { Job } from '../engine/inversion/job.ts';
import type { MethodId, Values } from '../engine/methods/method.ts';
import type { TaskOptions } from '../engine/tasks/index.ts';
import { settings } from '../engine/tasks/prepare.ts';
import { filled, type Tensor } from '../engine/tensor.ts';
import { FileError, reason } from '../node/errors.ts';
import type { MadeRecord } from '../node/record.ts';
import { readArray, shaped } from './arrays.ts';

export interface FinishedRun {
  readonly job: Job;
  readonly values: Values;
  /** The run's result, [1, 3, R, R]. */
  readonly x: Tensor<'float32'>;
  /** Draws what values compose; the caller disposes it. */
  readonly session: DrawingSession;
}

export interface Known {
  /** Where a person names it. */
  readonly layer?: number | undefined;
  /** Of the run. */
  readonly record?: MadeRecord | undefined;
}

/** How far drawings of the same values may lie apart: a run may have computed in half floats, on another device. */
const SAME = 0.05;

/** @throws FileError when the arrays are not what a run of this model's codes left */
export async function openFinishedRun(
  backend: Backend,
  generator: Generator,
  folder: string,
  { layer, record }: Known,
): Promise<FinishedRun> {
  const names = await arrayNames(folder);
  const method = methodOf(names, folder);
  const codesName = names.has('z') ? 'z' : 'w';
  const codes = await readArray(join(folder, `${codesName}.npy`));
  const { manifest } = generator;
  const latent = codesName === 'z' ? 'z' : codes.dims.length === 3 ? 'w+' : 'w';
  const options: TaskOptions = {
    ...(record?.options.truncation !== undefined && { truncation: record.options.truncation }),
    ...(record?.options.class !== undefined && { class: record.options.class }),
    ...{ method, latent, codes: codes.dims[0]!, perceptual: { kind: 'none' } },
    ...(names.has('noise1') && { noiseMaps: 'optimised' }),
  };
  const given = layer ?? record?.options.layer;
  const layers = given === undefined ? await layersOf(generator, folder, method, names) : [given];
  const stored = names.has('x') ? await readArray(join(folder, 'x.npy')) : undefined;
  if (!stored && layers.length > 1) {
    throw new FileError(
      join(folder, 'x.npy'),
      `is missing, so the layer cannot be told: give --layer ${layers.join(' or ')}.`,
    );
  }
  const { resolution } = manifest;
  const x = stored && shaped(stored, [1, 3, resolution, resolution], join(folder, 'x.npy'));
  let [nearest, distance]: [FinishedRun | undefined, number] = [undefined, Infinity];
  for (const at of layers) {
    const job: Job = {
      ...settings(record?.task ?? 'reconstruct', manifest, { ...options, layer: at }),
      factor: 1,
      target: x ?? filled([1, 3, resolution, resolution], 0),
    };
    const values = await readValues(generator, job, folder);
    const session = await DrawingSession.open(backend, generator, job);
    const drawn = await session.draw(values);
    const away = x ? furthest(drawn, x) : 0;
    if (away < distance) {
      await nearest?.session.dispose();
      [nearest, distance] = [{ job, values, x: x ?? drawn, session }, away];
    } else await session.dispose();
  }
  if (nearest && distance <= SAME) return nearest;
  await nearest?.session.dispose();
  throw new FileError(
    join(folder, 'x.npy'),
    `is not what the codes beside it draw with ${manifest.name}. Name the model of the run${given === undefined ? '' : ', and its layer'}; what a run released or tuned at its end cannot be drawn from its codes.`,
  );
}

async function arrayNames(folder: string): Promise<ReadonlySet<string>> {
  try {
    const files = await readdir(folder);
    return new Set(files.flatMap((file) => (file.endsWith('.npy') ? [file.slice(0, -'.npy'.length)] : [])));
  } catch (error) {
    throw new FileError(folder, `cannot be read: ${reason(error)}.`, { cause: error });
  }
}

function methodOf(names: ReadonlySet<string>, folder: string): MethodId {
  if (!names.has('z') && !names.has('w')) {
    throw new FileError(
      folder,
      'holds no codes (z.npy or w.npy): it is what --state DIR leaves of a run that composes codes.',
    );
  }
  if (names.has('beta')) return 'second-cut';
  return names.has('alpha') ? 'multi-code' : 'single-code';
}

/** The layers that arrays may be of. */
async function layersOf(
  generator: Generator,
  folder: string,
  method: MethodId,
  names: ReadonlySet<string>,
): Promise<number[]> {
  if (method === 'single-code') return [1];
  const file = join(folder, 'alpha.npy');
  const channels = (await readArray(file)).dims[1];
  const later = names.has('styles') ? (await readArray(join(folder, 'styles.npy'))).dims[0] : undefined;
  const layers = Array.from({ length: lastCut(generator.manifest) }, (_, i) => i + 1).filter(
    (layer) =>
      generator.channels(layer) === channels && (later === undefined || generator.laterStyles(layer)?.[0] === later),
  );
  if (layers.length > 0) return layers;
  throw new FileError(
    file,
    `has importances of ${channels} channels; no layer of ${generator.manifest.name} has so many.`,
  );
}

async function readValues(generator: Generator, job: Job, folder: string): Promise<Values> {
  const arrays = drawingOf(generator, job).parameters.map(async ({ name, shape }) => {
    const file = join(folder, `${name}.npy`);
    return [name, shaped(await readArray(file), shape, file)] as const;
  });
  return Object.fromEntries(await Promise.all(arrays));
}

const furthest = (a: Tensor<'float32'>, b: Tensor<'float32'>): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0);
