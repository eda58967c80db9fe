/** The numbers of the paper's own code: see test/fixtures/reference/README.md. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Generator } from '../../src/engine/generator/generator.ts';
import type { TaskId } from '../../src/engine/generator/manifest.ts';
import type { Graph } from '../../src/engine/graph/graph.ts';
import type { Job, Outcome } from '../../src/engine/inversion/job.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { importCheckpoint, importPerceptual, loadPerceptual, type ImportedPackage } from '../../src/importers/index.ts';
import { readNpy } from '../../src/importers/npy.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/reference');

export interface ReferenceCase {
  readonly name: string;
  readonly task: string;
  readonly optimizer: string;
  readonly lr: number;
  readonly perceptualWeight: number;
  readonly perceptualSize: number;
  readonly iterations: number;
  /** Before each step. */
  readonly loss: readonly number[];
}

/** What all cases share. */
export const referenceGeometry = JSON.parse(await readFile(join(FOLDER, 'cases.json'), 'utf8')) as {
  readonly codes: number;
  readonly layer: number;
  readonly superResolveFactor: number;
  readonly cases: readonly ReferenceCase[];
};

export const referenceCases = referenceGeometry.cases;

export const referencePath = (name: string): string => join(FOLDER, name);

export const referenceFile = (name: string): Promise<Buffer> => readFile(referencePath(name));

export async function referenceArray(name: string): Promise<Tensor<'float32'>> {
  const value = readNpy(await referenceFile(`${name}.npy`), `${name}.npy`);
  assert.equal(value.dtype, 'float32');
  return value as Tensor<'float32'>;
}

export async function referencePackage(): Promise<ImportedPackage> {
  const fileName = 'genforce_zip.pth';
  return importCheckpoint(await referenceFile(fileName), { fileName, id: 'reference' });
}

export async function referenceGenerator(): Promise<Generator> {
  const { manifest, files } = await referencePackage();
  return Generator.load(
    manifest,
    manifest.slices.map(({ file }) => files.get(file)!),
  );
}

const PHI = 'vgg16_thin.pth';

/** The thin VGG16 of the fixtures, up to relu3_3, as the package's ONNX file. */
export async function referencePhiFile(): Promise<Uint8Array> {
  const { files } = await importPerceptual(await referenceFile(PHI), { fileName: PHI });
  const [network] = files.values();
  return network!;
}

export async function referencePhi(): Promise<Graph> {
  return loadPerceptual(await referencePhiFile(), PHI);
}

export async function referenceJob(reference: ReferenceCase): Promise<Job> {
  const task = (reference.task === 'superResolve' ? 'super-resolve' : reference.task) as TaskId;
  const whole = await referenceArray('target');
  let target = whole;
  let known: Tensor<'float32'> | undefined;
  if (task === 'super-resolve') target = await referenceArray('target_lr');
  if (task === 'colorize') target = gray(whole);
  if (task === 'inpaint') {
    const unknown = await referenceArray('unknown_mask');
    known = { ...unknown, data: unknown.data.map((value) => 1 - value) };
    target = { ...whole, data: whole.data.map((value, i) => value * known!.data[i % known!.data.length]!) };
  }
  return {
    task,
    method: 'multi-code',
    layer: referenceGeometry.layer,
    codes: referenceGeometry.codes,
    iterations: reference.iterations,
    seed: 0,
    starts: 0,
    optimizer: {
      kind: reference.optimizer,
      learningRate: reference.lr,
      alphaLearningRate: reference.lr,
      schedule: 'constant',
    },
    ...(reference.perceptualWeight > 0 && {
      perceptual: {
        kind: 'network',
        network: 'vgg16',
        weight: reference.perceptualWeight,
        size: reference.perceptualSize,
      },
    }),
    factor: task === 'super-resolve' ? referenceGeometry.superResolveFactor : 1,
    down: 'bilinear',
    target,
    ...(known && { known }),
    init: { z: await referenceArray('z0'), alpha: await referenceArray('alpha0') },
  };
}

function gray({ dims, data, dtype }: Tensor<'float32'>): Tensor<'float32'> {
  const size = data.length / 3;
  const luma = (i: number) => 0.299 * data[i]! + 0.587 * data[size + i]! + 0.114 * data[2 * size + i]!;
  return { dtype, dims, data: Float32Array.from({ length: data.length }, (_, i) => luma(i % size)) };
}

/** All losses within 1e-3, image, codes and weights after the last step within 5e-3, gradients at the start within 1e-4. */
export async function assertCase(
  reference: ReferenceCase,
  { steps, losses, x, parameters }: Pick<Outcome, 'steps' | 'losses' | 'x' | 'parameters'>,
  gradients: Readonly<Record<'z' | 'alpha', Tensor>>,
): Promise<void> {
  const { name, iterations } = reference;
  assert.equal(steps, iterations);
  assertLosses(reference, losses);
  const ends = { x, z: parameters['z']!, alpha: parameters['alpha']! };
  for (const [part, value] of Object.entries(ends)) {
    assertNear(part, value, await referenceArray(`${name}-${part}`), 5e-3);
  }
  for (const [part, value] of Object.entries(gradients)) {
    assertNear(`gradient of ${part}`, value, await referenceArray(`${name}-d${part}0`), 1e-4);
  }
}

/** Before each step. */
function assertLosses(reference: ReferenceCase, losses: readonly number[]): void {
  assert.equal(losses.length, reference.iterations);
  losses.forEach((loss, i) => {
    const error = Math.abs(loss - reference.loss[i]!) / reference.loss[i]!;
    assert.ok(error < 1e-3, `loss before step ${i + 1} is off by ${error.toExponential(1)}`);
  });
}

function assertNear(name: string, actual: Tensor, expected: Tensor, bound: number): void {
  const error = relativeError(actual, expected);
  assert.ok(error < bound, `${name} is off by ${error.toExponential(1)}`);
}

/** max |a - b| / max |b|. */
export function relativeError(a: Tensor, b: Tensor): number {
  assert.deepEqual([...a.dims], [...b.dims]);
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < b.data.length; i++) {
    difference = Math.max(difference, Math.abs(Number(a.data[i]) - Number(b.data[i])));
    scale = Math.max(scale, Math.abs(Number(b.data[i])));
  }
  return difference / scale;
}
