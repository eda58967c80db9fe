/** Every case of the reference implementation through the command line, as anybody can call it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '../../src/engine/tensor.ts';
import { readNpy } from '../../src/importers/npy.ts';
import { encodePng } from '../../src/node/codecs/index.ts';
import { bundleCommandLine, runCommandLine } from '../support/commandLine.ts';
import {
  referenceArray,
  referenceCases,
  referenceGeometry,
  referencePath,
  relativeError,
  type ReferenceCase,
} from '../support/reference.ts';

const CHECKPOINT = referencePath('genforce_zip.pth');
const PHI = referencePath('vgg16_thin.pth');

let folder: string;
let cli: string;
before(async () => {
  cli = await bundleCommandLine('cli-parity');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-parity-'));
  await mkdir(join(folder, 'init'));
  for (const name of ['z', 'alpha']) {
    await copyFile(referencePath(`${name}0.npy`), join(folder, 'init', `${name}.npy`));
  }
  await writeFile(join(folder, 'mask.png'), await maskPicture());
  // Packages that cases take instead of the checkpoints they come from.
  await ganprior(['import', CHECKPOINT, '--out', 'model']);
  await ganprior(['import', PHI, '--out', 'vgg']);
});
after(() => rm(folder, { recursive: true }));

async function ganprior(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommandLine(cli, args, folder);
  assert.equal(code, 0, stderr);
}

/** The mask as people make it: white where the image is unknown. */
async function maskPicture(): Promise<Uint8Array> {
  const { dims, data } = await referenceArray('unknown_mask');
  const [height, width] = dims.slice(-2) as [number, number];
  const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
  data.forEach((unknown, i) => pixels.fill(unknown * 255, 4 * i, 4 * i + 3));
  return encodePng({ width, height, data: pixels });
}

function argumentsOf(reference: ReferenceCase, imported: boolean): string[] {
  const task = reference.task === 'superResolve' ? 'super-resolve' : reference.task;
  const { layer, codes, superResolveFactor } = referenceGeometry;
  return [
    ...[task, '--model', imported ? 'model' : CHECKPOINT, '--init', 'init'],
    ...['--target', referencePath(task === 'super-resolve' ? 'target_lr.npy' : 'target.npy')],
    ...['--trace', `${reference.name}.json`, '--state', reference.name],
    ...['--optimizer', reference.optimizer, '--learning-rate', String(reference.lr)],
    ...['--iterations', String(reference.iterations), '--layer', String(layer), '--codes', String(codes)],
    ...['--perceptual', imported ? 'vgg' : PHI, '--perceptual-weight', String(reference.perceptualWeight)],
    ...['--perceptual-size', String(reference.perceptualSize), '--device', 'cpu'],
    ...(task === 'super-resolve' ? ['--factor', String(superResolveFactor)] : []),
    ...(task === 'inpaint' ? ['--mask', 'mask.png'] : []),
  ];
}

async function assertNear(reference: ReferenceCase, name: string, bound: number): Promise<void> {
  const file = join(folder, reference.name, `${name}.npy`);
  const value: Tensor = readNpy(await readFile(file), file);
  const error = relativeError(value, await referenceArray(`${reference.name}-${name}`));
  assert.ok(error < bound, `${name} is off by ${error.toExponential(1)}`);
}

describe('the command line', { concurrency: 2 }, () => {
  for (const [i, reference] of referenceCases.entries()) {
    test(reference.name, async () => {
      await ganprior(argumentsOf(reference, i % 2 === 1));
      const { loss } = JSON.parse(await readFile(join(folder, `${reference.name}.json`), 'utf8')) as { loss: number[] };
      assert.equal(loss.length, reference.iterations);
      reference.loss.forEach((expected, step) => {
        const error = Math.abs(loss[step]! - expected) / expected;
        assert.ok(error < 1e-3, `loss before step ${step + 1} is off by ${error.toExponential(1)}`);
      });
      for (const name of ['x', 'z', 'alpha']) await assertNear(reference, name, 5e-3);
    });
  }
});
