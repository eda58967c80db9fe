/** The preset "Robust Unsupervised": gradients of one length, a rate for each stage, and its loss. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { amend } from '../../../src/engine/inversion/amendment.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { stageJob } from '../../../src/engine/inversion/stage.ts';
import { perceptualTerm } from '../../../src/engine/losses/perceptual.ts';
import { pixelLoss } from '../../../src/engine/losses/pixel.ts';
import { settings } from '../../../src/engine/tasks/prepare.ts';
import { normals } from '../../../src/engine/random.ts';
import { filled, float32, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';
import { publishedGenerator } from '../../support/styleGan2Generator.ts';

const generator = await publishedGenerator('stylegan2-ada.pkl');
const { latent, slices } = generator.manifest;
const z = float32([1, latent.size], Float32Array.from({ length: latent.size }, normals(77)));
const target = await generate(nativeBackend, generator, z);
const preset = 'robust-unsupervised';
const planned = (task: Job['task'], options = {}) => settings(task, generator.manifest, { preset, ...options });

/** The styles after each step, as far as there are any. */
async function walk(job: Job): Promise<(Tensor | undefined)[]> {
  const seen: (Tensor | undefined)[] = [];
  for (let stopAfter = 1; stopAfter <= job.iterations; stopAfter++) {
    const { parameters, losses } = await run(nativeBackend, generator, job, { stopAfter });
    assert.ok(stopAfter < job.iterations || losses.at(-1)! < losses[0]!);
    seen.push(parameters['w']);
  }
  return seen;
}

/** Lengths of the rows of the difference. */
function moves(from: Tensor, to: Tensor): number[] {
  const size = from.dims.at(-1)!;
  return Array.from({ length: from.data.length / size }, (_, row) => {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) sum += (Number(to.data[i]) - Number(from.data[i])) ** 2;
    return Math.sqrt(sum);
  });
}

test('is one style through the whole model, from its mean, 150 steps a stage, whatever the task', () => {
  for (const task of ['super-resolve', 'inpaint', 'denoise', 'colorize', 'reconstruct'] as const) {
    const job = planned(task);
    assert.deepEqual(
      [job.method, job.latent, job.widen, job.iterations, job.starts, job.truncation, job.pixelLoss],
      ['single-code', 'w', 0.5, 450, 0, 0, 'coarse-l1'],
    );
    assert.deepEqual([job.optimizer.kind, job.optimizer.learningRate, job.widenedRate], ['gd', 0.08, 0.02]);
    assert.equal(job.release!.share, 1 / 3);
    assert.equal('preset' in job, false, 'a job has its numbers');
  }
  assert.equal(planned('inpaint', { iterations: 30 }).iterations, 30, 'what is said beside it goes before it');
});

test('every style moves by the rate of its stage: 0.08 in W, 0.02 in W+; then a feature map is released', async () => {
  const seen = await walk({ ...planned('reconstruct', { iterations: 12 }), factor: 1, target });
  const rates = { 2: 0.08, 3: 0.02 };
  assert.deepEqual(
    seen.map((w) => w?.dims.length),
    [...[2, 2, 2, 2], ...[3, 3, 3, 3], ...new Array<undefined>(4).fill(undefined)],
    'four steps in W, four with a style for each layer, four of the feature map',
  );
  for (const [i, w] of seen.entries()) {
    const before = seen[i - 1];
    if (!w || before?.dims.length !== w.dims.length) continue;
    const rate = rates[w.dims.length as 2 | 3];
    for (const length of moves(before, w)) assert.ok(Math.abs(length - rate) < 1e-5, `${length} of ${rate}`);
  }
});

test('what does not go by length is not divided: importances follow their gradients', async () => {
  const rates = { learningRate: 0.05, alphaLearningRate: 0.001, schedule: 'constant' } as const;
  const options = { gradients: 'normalised', optimizer: 'gd', iterations: 2, codes: 2, starts: 0, ...rates } as const;
  const job = { ...settings('reconstruct', generator.manifest, options), factor: 1, target };
  const [first] = [await run(nativeBackend, generator, { ...job, iterations: 1 })];
  const start = await run(nativeBackend, generator, {
    ...job,
    optimizer: { ...job.optimizer, learningRate: 0 },
    iterations: 1,
  });
  const [from, to] = [start, first].map(({ parameters }) => parameters['w']!) as [Tensor, Tensor];
  assert.deepEqual(from.dims, [2, job.layer, generator.manifest.mapping!.size]);
  for (const length of moves(from, to)) assert.ok(Math.abs(length - 0.05) < 1e-5);
  assert.deepEqual(first!.parameters['alpha'], start.parameters['alpha']);
  assert.ok(slices.length > job.layer);
});

test('a rate that is changed on the way holds from there on', () => {
  const job = { ...planned('reconstruct'), factor: 1, target };
  const stage = { method: job.method, layer: job.layer, codes: 1, began: 150, latent: 'w+' } as const;
  assert.equal(stageJob(job, 160, stage).optimizer.learningRate, 0.02);
  const amended = amend(job, generator.manifest, { learningRate: 0.5 });
  assert.equal(stageJob(amended, 160, stage).optimizer.learningRate, 0.5);
  assert.equal(stageJob(amend(job, generator.manifest, { iterations: 500 }), 160, stage).optimizer.learningRate, 0.02);
});

test('a model without styles says that it has none', async () => {
  const { manifest } = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
  assert.throws(() => settings('inpaint', manifest, { preset }), /Random has no styles, which the preset/);
});

describe('its loss', () => {
  test('is a tenth of the mean difference of what is reduced to 16 pixels', async () => {
    const b = new GraphBuilder('coarse');
    const [x, y] = ['x', 'y'].map((name) => b.input(name, 'float32', [1, 3, 32, 32])) as [never, never];
    const graph = b.build({ loss: pixelLoss(b, b.scalar(7), 'coarse-l1', x, y) });
    const loss = async (of: Float32Array) => {
      const feeds = { x: float32([1, 3, 32, 32], of), y: filled([1, 3, 32, 32], 0.25) };
      return (await evaluate<'loss'>(nativeBackend, graph, feeds)).loss.data[0]!;
    };
    assert.ok(Math.abs((await loss(new Float32Array(3072).fill(0.75))) - 0.05) < 1e-7);
    const checks = Float32Array.from({ length: 3072 }, (_, i) => 0.25 + ((i + (i >> 5)) % 2 === 0 ? 0.5 : -0.5));
    assert.ok((await loss(checks)) < 1e-7, 'detail within a block is not its business');
  });

  /** A network that leaves what it sees as it is. */
  const phi = (() => {
    const b = new GraphBuilder('phi');
    const graph = b.build({ y: b.scale(b.input('x', 'float32', [1, 3, 64, 64]), 1) });
    const any = { ...graph.inputs[0]!, shape: [1, 3, 'h', 'w'] };
    return { ...graph, inputs: [any], outputs: [{ ...graph.outputs[0]!, shape: [1, 3, 'h', 'w'] }] };
  })();

  test('shows a network every scale down to 16 pixels, and the same noise where neither picture is known', async () => {
    const perceptual = { kind: 'network', network: 'same', weight: 1000, size: 64 } as const;
    const job = planned('inpaint', { perceptual });
    assert.deepEqual(job.perceptual, { ...perceptual, scales: 'all' });
    const b = new GraphBuilder('seen');
    const term = perceptualTerm(job.perceptual, phi)!;
    const [x, y] = ['x', 'y'].map((name) => b.input(name, 'float32', [1, 3, 64, 64])) as [never, never];
    const known = b.input('known', 'float32', [1, 1, 64, 64]);
    const [seen, other] = [x, y].map((image) => term.look(b, b.mul(image, known), known)) as [never[], never[]];
    const graph = b.build({
      first: b.scale(seen[0]!, 1),
      second: b.scale(other[0]!, 1),
      last: b.scale(seen.at(-1)!, 1),
    });
    assert.equal(seen.length, 3);
    const half = float32(
      [1, 1, 64, 64],
      Float32Array.from({ length: 4096 }, (_, i) => Number(i % 64 < 32)),
    );
    const found = await evaluate<'first' | 'second' | 'last'>(nativeBackend, graph, {
      ...{ x: filled([1, 3, 64, 64], 0.5), y: filled([1, 3, 64, 64], -0.5), known: half },
    });
    assert.deepEqual(found.last.dims, [1, 3, 16, 16]);
    const [one, two] = [found.first.data, found.second.data];
    const hidden = [...one.keys()].filter((i) => i % 64 >= 32);
    assert.ok(hidden.every((i) => one[i] === two[i]));
    assert.ok(new Set(hidden.slice(0, 500).map((i) => one[i])).size > 400, 'noise');
    assert.ok(one[0] !== two[0]);
  });
});

test('goes with optimised noise, through all of its stages', async () => {
  const job = { ...planned('reconstruct', { iterations: 6, noiseMaps: 'optimised' }), factor: 1, target };
  const outcome = await run(nativeBackend, generator, job);
  assert.ok(outcome.losses.at(-1)! < outcome.losses[0]!);
});
