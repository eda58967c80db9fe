/** A generator's encoder: a method without steps, and where a run may start. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encode } from '../../../src/engine/generator/encoder.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import type { Generator } from '../../../src/engine/generator/generator.ts';
import type { LatentId } from '../../../src/engine/generator/latent.ts';
import { filled, float32 } from '../../../src/engine/tensor.ts';
import { planesToTensor, tensorToPlanes, toPicture } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import { chooseStart } from '../../../src/engine/inversion/start.ts';
import type { Job, RunEvent } from '../../../src/engine/inversion/job.ts';
import { run, RunControl } from '../../../src/engine/inversion/run.ts';
import { plainly } from '../../../src/engine/inversion/plain.ts';
import { isQuick } from '../../../src/engine/prior.ts';
import { normals } from '../../../src/engine/random.ts';
import { prepare } from '../../../src/engine/tasks/index.ts';
import { settings } from '../../../src/engine/tasks/prepare.ts';
import { withBank, withEncoder } from '../../../src/importers/index.ts';
import { int } from '../../../src/engine/graph/graph.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { GraphWriter } from '../../../src/importers/graphWriter.ts';
import { generatorOf, openModel } from '../../../src/node/models.ts';
import { linearEncoder } from '../../support/linearEncoder.ts';
import { nativeBackend } from '../../support/backends.ts';
import { randomPggan } from '../../support/randomGenerator.ts';
import { loaded, styleGan2Package } from '../../support/styleGan2Generator.ts';
import { styleGan2File } from '../../support/styleGan2Fixtures.ts';

const Z = 8;

const plain = await randomPggan({ zDim: Z, channels: [8, 6, 4] });
const encoding = await withEncoder(nativeBackend, plain, linearEncoder(8, [Z]), 'e.onnx');
const generator = loaded(encoding);
const R = generator.manifest.resolution;
const target = await generate(nativeBackend, generator, float32([1, Z], [1, -1, 2, 0, 0.5, 1, -2, 0.3]));
const job: Job = {
  ...{ task: 'reconstruct', method: 'multi-code', layer: 3, codes: 4, iterations: 2, seed: 3, starts: 0 },
  ...{ factor: 1, down: 'area', target },
  optimizer: { kind: 'adam', learningRate: 0.05, alphaLearningRate: 0.02, schedule: 'constant' },
};
const encoded: Job = { ...job, method: 'encoder', iterations: 1 };
const goOn = () => Promise.resolve('go on' as const);

test('it sees the picture at its own side', async () => {
  const planes = tensorToPlanes(target);
  const code = await encode(nativeBackend, generator, planes);
  assert.deepEqual(code.dims, [1, Z]);
  const half = resample(planes, 8, 8, 'area');
  assert.deepEqual(code.data, (await encode(nativeBackend, generator, half)).data);
  assert.notDeepEqual(code.data, (await encode(nativeBackend, generator, resample(planes, 8, 8, 'bicubic'))).data);
});

describe('as a method', () => {
  test('draws what it reads off the target, enlarged and filled as a preview is, in one step', async () => {
    const low = planesToTensor(resample(tensorToPlanes(target), R / 4, R / 4, 'area'));
    const known = filled([1, 1, R / 4, R / 4], 1);
    known.data.fill(0, 3, 6);
    const wanted: Job = { ...encoded, task: 'super-resolve', factor: 4, target: low, known };
    const events: RunEvent[] = [];
    const { x, parameters, steps, losses, stopped } = await run(nativeBackend, generator, wanted, {
      emit: (event) => events.push(event),
    });
    const code = await encode(nativeBackend, generator, tensorToPlanes(plainly(wanted)));
    assert.deepEqual(parameters, { z: code });
    assert.deepEqual([...x.data], [...(await generate(nativeBackend, generator, code)).data]);
    assert.deepEqual([x.dims, steps, losses, stopped], [[1, 3, R, R], 1, [], false]);
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'progress' ? [[event.step, event.iterations]] : [])),
      [[1, 1]],
    );
  });

  test('leaves the picture as it came where it is stopped before it', async () => {
    const control = new RunControl();
    control.stop();
    const { x, steps, stopped, parameters } = await run(nativeBackend, generator, encoded, { control });
    assert.deepEqual([steps, stopped, parameters], [0, true, {}]);
    assert.deepEqual(x.data, target.data);
  });

  test('takes no GPU, compares by pixels alone, and is refused where there is no encoder', () => {
    assert.ok(isQuick(generator.manifest, encoded));
    const wanted = settings('denoise', generator.manifest, { method: 'encoder', iterations: 30 });
    assert.deepEqual([wanted.iterations, wanted.perceptual], [1, undefined]);
    for (const options of [{ method: 'encoder' }, { start: 'encoder' }] as const) {
      assert.throws(() => settings('denoise', plain.manifest, options), /^ParameterError: Random has no encoder: /);
    }
  });

  test('restores a whole picture of any shape', async () => {
    const picture = toPicture(resample(tensorToPlanes(target), 20, 10, 'area'));
    const prepared = prepare('denoise', picture, generator.manifest, { method: 'encoder' });
    const { x } = await run(nativeBackend, generator, prepared.job);
    assert.deepEqual(x.dims, [1, 3, R, R]);
  });
});

describe('as a start', () => {
  const wanted: Job = { ...job, start: 'encoder' };

  test('its code is the first, and the others are those that are sampled', async () => {
    const sampled = await chooseStart(nativeBackend, generator, job, goOn);
    const start = await chooseStart(nativeBackend, generator, wanted, goOn);
    const code = await encode(nativeBackend, generator, tensorToPlanes(target));
    assert.deepEqual(start['z']!.data.subarray(0, Z), code.data);
    assert.deepEqual(start['z']!.data.subarray(Z), sampled['z']!.data.subarray(Z));
    assert.deepEqual(start['alpha'], sampled['alpha']);
  });

  test('goes before a bank', async () => {
    const both = loaded(await withBank(nativeBackend, encoding, 20));
    const start = await chooseStart(nativeBackend, both, { ...wanted, bank: true, starts: 10 }, goOn);
    const code = await encode(nativeBackend, both, tensorToPlanes(target));
    assert.deepEqual(start['z']!.data.subarray(0, Z), code.data);
  });

  test('of one code and of a feature map is what the encoder draws', async () => {
    const single = await run(nativeBackend, generator, { ...wanted, method: 'single-code' }, { stopAfter: 0 });
    const drawn = await run(nativeBackend, generator, encoded);
    const map = await run(nativeBackend, generator, { ...wanted, method: 'feature-map', codes: 1 }, { stopAfter: 0 });
    for (const { x } of [single, map]) near(x.data, drawn.x.data);
  });
});

describe('of a StyleGAN2', async () => {
  const package_ = await styleGan2Package(await styleGan2File('rosinality.pt'), 'rosinality.pt');
  const { mapping, slices, resolution } = package_.manifest;
  const withSpace = async (shape: readonly number[]): Promise<Generator> =>
    loaded(await withEncoder(nativeBackend, package_, linearEncoder(resolution, shape), 'e.onnx'));
  const styles = await withSpace([slices.length, mapping!.size]);
  const one = await withSpace([mapping!.size]);
  const z = Float32Array.from({ length: package_.manifest.latent.size }, normals(1));
  const picture = await generate(nativeBackend, styles, float32([1, z.length], z));
  const ofStyles = (options: { readonly latent: LatentId }) => ({ ...job, layer: 2, target: picture, ...options });

  test('codes of one style and of one for each layer are told apart by their shape, and drawn', async () => {
    assert.deepEqual([styles.manifest.encoder?.space, one.manifest.encoder?.space], ['w+', 'w']);
    for (const [model, dims] of [
      [styles, [1, slices.length, mapping!.size]],
      [one, [1, mapping!.size]],
    ] as const) {
      const source = toPicture(tensorToPlanes(picture));
      const { job: asked } = prepare('reconstruct', source, model.manifest, { method: 'encoder', latent: 'z' });
      const { parameters, x } = await run(nativeBackend, model, asked);
      assert.deepEqual(parameters['w']?.dims, dims);
      assert.deepEqual(x.dims, picture.dims);
    }
  });

  test('a start in W+ has its styles up to the cut in the first code, and the others after it', async () => {
    const start = await chooseStart(nativeBackend, styles, { ...ofStyles({ latent: 'w+' }), start: 'encoder' }, goOn);
    const code = (await encode(nativeBackend, styles, tensorToPlanes(picture))).data;
    const size = mapping!.size;
    assert.deepEqual(start['w']!.dims, [4, 2, size]);
    assert.deepEqual(start['w']!.data.subarray(0, 2 * size), code.subarray(0, 2 * size));
    near(start['styles']!.data, code.subarray(2 * size));
    const sampled = await chooseStart(nativeBackend, styles, ofStyles({ latent: 'w+' }), goOn);
    assert.deepEqual(start['w']!.data.subarray(2 * size), sampled['w']!.data.subarray(2 * size));
  });

  test('no way leads from styles to what is sampled, nor to a feature map', async () => {
    const back = { ...ofStyles({ latent: 'z' }), start: 'encoder' } as const;
    await assert.rejects(
      chooseStart(nativeBackend, styles, back, goOn),
      /from which no way leads to .* of Z: leave out/,
    );
    const map = { ...ofStyles({ latent: 'w+' }), method: 'feature-map', start: 'encoder' } as const;
    await assert.rejects(chooseStart(nativeBackend, styles, map, goOn), /no way leads to what feature-map optimises/);
  });
});

describe('beside a generator', () => {
  test('a file that is none of its encoders is refused by what it has', async () => {
    for (const [bytes, problem] of [
      [
        linearEncoder(8, [Z + 1]),
        /needs one input \[1, 3, h, h\] and one output \[1, 8\] \(z\), of float32, but has x/,
      ],
      [new Uint8Array([1, 2, 3]), /e\.onnx is not an ONNX model/],
    ] as const) {
      await assert.rejects(withEncoder(nativeBackend, plain, bytes, 'e.onnx'), problem);
    }
  });

  test('one that gives no numbers is refused', async () => {
    const graph = new GraphWriter('encoder', [3, 8, 8]);
    const pooled = graph.node('ReduceMean', 'mean', ['x', graph.ints('axes', [1, 2, 3])], { keepdims: int(0) });
    const none = graph.node('Log', 'none', [
      graph.node('Sub', 'negative', [
        graph.node('Abs', 'size', [graph.node('Reshape', 'column', [pooled, graph.ints('one', [-1, 1])])]),
        graph.scalar('more', 10),
      ]),
    ]);
    const code = graph.node('Tile', 'code', [none, graph.ints('times', [1, Z])]);
    await assert.rejects(
      withEncoder(nativeBackend, plain, writeModel(graph.build(code, [Z])), 'e.onnx'),
      /e\.onnx cannot be used: .*finite numbers/,
    );
  });

  test('its manifest says how well the two fit, once', async () => {
    const again = await withEncoder(nativeBackend, encoding, linearEncoder(16, [Z]), 'e.onnx');
    assert.equal(again.manifest.encoder?.side, 16);
    assert.match(
      again.manifest.notes!.join('\n'),
      /^Pictures that this model draws come back from its encoder with -?\d/,
    );
    assert.equal(again.manifest.notes!.length, 1);
  });
});

test("the embedded default's own gives the codes that PyTorch does, as near as its weights of six bits are", async () => {
  const fruit = generatorOf(await openModel('fruit128', [join(import.meta.dirname, '../../../models')]));
  // A disc on white, in colours that change from side to side.
  const side = 128;
  const data = new Float32Array(3 * side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = Math.hypot(x - 64, y - 66) < 46;
      const colours = inside ? [0.7 - 0.004 * x, -0.5 + 0.003 * y, -0.8] : [1, 1, 1];
      colours.forEach((value, c) => (data[(c * side + y) * side + x] = value));
    }
  }
  const { data: code } = await encode(nativeBackend, fruit, { width: side, height: side, channels: 3, data });
  near(code.subarray(0, 16), FROM_PYTORCH, 0.2);
  assert.ok(Math.abs(Math.hypot(...code) - Math.sqrt(128)) < 1e-3, 'codes are on the sphere of the training');
});

/** The first 16 numbers, of weights in single precision. */
const FROM_PYTORCH = [
  ...[-0.5638, 0.8079, 1.4046, -1.0971, 2.0819, 0.323, 0.5864, 0.6964],
  ...[0.0628, -1.4592, 0.355, 0.5342, 0.7871, -0.3195, -0.0679, -1.1171],
];

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length);
  const furthest = Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  assert.ok(furthest <= tolerance, `${furthest}`);
}
