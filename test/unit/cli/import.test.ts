/** `ganprior import` and what it says. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Graph } from '../../../src/engine/graph/graph.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { readNpy } from '../../../src/importers/npy.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { withExternalData } from '../../support/altered.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { nvidiaPickle, whole } from '../../support/nvidiaPickle.ts';
import { dcgan } from '../../support/onnxGenerator.ts';
import { relativeError } from '../../support/reference.ts';
import { linearEncoder } from '../../support/linearEncoder.ts';
import { tinyDetector } from '../../support/tinyDetector.ts';
import { styleGan2 } from '../../support/styleGan2.ts';
import { styleGan2Array, styleGan2Path } from '../../support/styleGan2Fixtures.ts';
import { pickle } from '../../support/torchWriter.ts';

let [bundle, folder] = ['', ''];
before(async () => {
  bundle = await bundleCommandLine('import-cli');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-import-'));
});
after(() => rm(folder, { recursive: true }));

const ganprior = (...args: string[]) => runCommandLine(bundle, args, folder);
const rangeOf = async (model: string): Promise<unknown> =>
  (JSON.parse(await readFile(join(folder, model, 'manifest.json'), 'utf8')) as { range: unknown }).range;

/** Values from 0 up: nothing says where white is. */
function unclear(): Graph {
  const graph = dcgan();
  return { ...graph, nodes: graph.nodes.map((node) => (node.op === 'Tanh' ? { ...node, op: 'Relu' } : node)) };
}

test('a range that the file does not say is asked for, and taken', async () => {
  await writeFile(join(folder, 'unclear.onnx'), writeModel(unclear()));
  const refused = await ganprior('import', 'unclear.onnx', '--out', 'unclear');
  assertFails(refused, 1, /unclear\.onnx does not say which values .* from 0 to .*--range LOW,HIGH/);
  assert.ok(!(await readdir(folder)).includes('unclear'));
  assertFails(
    await ganprior('generate', '--model', 'unclear.onnx', '--codes', 'z.npy', '--out', 'x.npy'),
    1,
    /z\.npy|--range/,
  );
  const imported = await ganprior('import', 'unclear.onnx', '--out', 'unclear', '--range', '0,255');
  assert.equal(imported.code, 0, imported.stderr);
  assert.deepEqual(await rangeOf('unclear'), [0, 255]);
  for (const wrong of ['255', '255,0', '0,1,2', 'a,b', '0,']) {
    assertFails(await ganprior('import', 'unclear.onnx', '--out', 'other', '--range', wrong), 2, /two numbers/);
  }
});

test('an encoder is imported beside a generator, draws at once, starts a run, and is found again by a replay', async () => {
  const size = dcgan().inputs[0]!.shape[1] as number;
  const side = dcgan().outputs[0]!.shape[2] as number;
  await writeFile(join(folder, 'of.onnx'), writeModel(dcgan()));
  await writeFile(join(folder, 'encoder.onnx'), linearEncoder(side, [size]));
  await writeFile(join(folder, 'other.onnx'), linearEncoder(side, [size + 1]));
  const importWith = (out: string, ...args: string[]) =>
    ganprior('import', 'of.onnx', '--out', out, '--starts', '0', ...args);
  assertFails(
    await importWith('none', '--encoder', 'other.onnx'),
    1,
    /other\.onnx is no encoder of of: it needs one input/,
  );
  assert.ok(!(await readdir(folder)).includes('none'));
  for (const [out, ...args] of [['encoded', '--encoder', 'encoder.onnx'], ['without']] as const) {
    const imported = await importWith(out, ...args);
    assert.equal(imported.code, 0, imported.stderr);
  }
  await writeFile(
    join(folder, 'p.png'),
    encodePng({ width: side, height: side, data: new Uint8ClampedArray(4 * side * side).fill(200) }),
  );
  const asked = ['reconstruct', 'p.png', '--device', 'cpu', '--iterations', '3', '--codes', '2', '--starts', '0'];
  for (const [file, ...way] of [
    ['at-once.png', '--method', 'encoder'],
    ['started.png', '--start', 'encoder'],
  ] as const) {
    assertFails(
      await ganprior(...asked, '--model', 'without', ...way, '--out', 'no.png'),
      1,
      /of has no encoder: .*--encoder FILE/,
    );
    const made = await ganprior(...asked, '--model', 'encoded', ...way, '--out', file);
    assert.equal(made.code, 0, made.stderr);
    const again = await ganprior(
      'replay',
      file,
      'p.png',
      '--model',
      'encoded',
      '--device',
      'cpu',
      '--out',
      `again-${file}`,
    );
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(await readFile(join(folder, `again-${file}`)), await readFile(join(folder, file)));
    // The weights that draw are the same, but not what read the picture.
    const other = await ganprior('replay', file, 'p.png', '--model', 'without', '--device', 'cpu', '--out', 'no.png');
    assertFails(other, 1, /started from another encoder than that of the model of here/);
  }
});

test('an import draws what tells the model whether it knows a picture, unless asked not to', async () => {
  await writeFile(join(folder, 'plain.onnx'), writeModel(dcgan()));
  const bankOf = async (model: string) =>
    (JSON.parse(await readFile(join(folder, model, 'manifest.json'), 'utf8')) as { bank?: { count: number } }).bank;
  for (const [args, count] of [
    [[], 4000],
    [['--starts', '100'], 100],
    [['--starts', '0'], undefined],
  ] as const) {
    const { code, stderr } = await ganprior('import', 'plain.onnx', '--out', `bank-${count}`, ...args);
    assert.equal(code, 0, stderr);
    assert.equal((await bankOf(`bank-${count}`))?.count, count);
  }
});

test('weights beside the file are found from another folder, and decisions are said', async () => {
  const graph = dcgan();
  const flagged = { ...graph, inputs: [...graph.inputs, { name: 'flag', dtype: 'bool' as const, shape: [] }] };
  const { model, data } = withExternalData(flagged, 'big.onnx.data');
  await mkdir(join(folder, 'models'));
  await writeFile(join(folder, 'models/big.onnx'), model);
  assertFails(
    await ganprior('import', 'models/big.onnx', '--out', 'big'),
    1,
    /"big\.onnx\.data", which is not beside it/,
  );
  await writeFile(join(folder, 'models/big.onnx.data'), data);
  const { code, stdout, stderr } = await ganprior('import', 'models/big.onnx', '--out', 'big');
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^big: 16 x 16, 3 composable layers, codes of 6, in big\nnote: Its input "flag" is used by nothing/,
  );
});

describe('a StyleGAN2 is imported, draws what the published code draws, and leaves nothing else behind', () => {
  for (const [file, name, size] of [
    ['stylegan2-ada.pkl', 'stylegan2-ada', 'codes of 24'],
    ['rosinality.pt', 'rosinality', 'codes of 24'],
  ] as const) {
    test(file, async () => {
      const temporary = join(folder, `tmp-${name}`);
      await mkdir(temporary);
      const env = { TMPDIR: temporary };
      const args = ['import', styleGan2Path(file), '--out', name, '--starts', '20'];
      const imported = await runCommandLine(bundle, args, folder, env);
      assert.equal(imported.code, 0, imported.stderr);
      assert.match(imported.stdout, new RegExp(`^${name}: 32 x 32, 7 composable layers, ${size}, in ${name}\n$`));
      const left = (await readdir(temporary)).filter((entry) => entry.startsWith('ganprior'));
      assert.deepEqual(left, []);
      const z = styleGan2Path(`${name}-z.npy`);
      const drawn = await ganprior('generate', '--model', `./${name}`, '--codes', z, '--out', `${name}.npy`);
      assert.equal(drawn.code, 0, drawn.stderr);
      const x = readNpy(await readFile(join(folder, `${name}.npy`)), 'x.npy') as Tensor<'float32'>;
      const error = relativeError(x, await styleGan2Array(`${name}-x`));
      assert.ok(error < 1e-4, `off by ${error.toExponential(1)}`);
    });
  }

  test('a pickle that would call something is refused, and nothing is left', async () => {
    const calls = pickle.call('os', 'system', pickle.text('touch executed'));
    await writeFile(
      join(folder, 'bad.pkl'),
      whole(
        nvidiaPickle({ G_ema: styleGan2({ resolution: 8, zDim: 2, wDim: 2, mapping: 1, channels: () => 2 }), calls }),
      ),
    );
    assertFails(
      await ganprior('import', 'bad.pkl', '--out', 'bad'),
      1,
      /bad\.pkl calls os\.system, which no StyleGAN2 needs/,
    );
    const there = await readdir(folder);
    assert.ok(!there.includes('bad') && !there.includes('executed'));
  });
});

test('how faces were cut out is kept with a generator that was trained on them', async () => {
  await writeFile(join(folder, 'faces.onnx'), writeModel(dcgan()));
  const how = ['--starts', '0', '--alignment', 'ffhq,0.8,0,0.05'];
  const { code, stderr } = await ganprior('import', 'faces.onnx', '--out', 'faces', ...how);
  assert.equal(code, 0, stderr);
  const { alignment } = JSON.parse(await readFile(join(folder, 'faces/manifest.json'), 'utf8')) as {
    alignment: unknown;
  };
  assert.deepEqual(alignment, { kind: 'ffhq', scale: 0.8, shift: [0, 0.05] });
  assertFails(await ganprior('import', 'faces.onnx', '--out', 'x', '--alignment', 'crooked'), 2, /ffhq or celeba/);
});

test('a face detector is a package of its own, which is found where it is installed, and no generator', async () => {
  await writeFile(join(folder, 'yunet.onnx'), tinyDetector());
  const made = await ganprior('import', 'yunet.onnx', '--out', 'home/v1/detectors/yunet');
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /a face detector, in/);
  const blank = { width: 64, height: 64, data: new Uint8ClampedArray(4 * 64 * 64).fill(255) };
  await writeFile(join(folder, 'blank.png'), encodePng(blank));
  const home = { GANPRIOR_HOME: join(folder, 'home') };
  const found = await runCommandLine(bundle, ['align', 'blank.png', '--out', 'aligned'], folder, home);
  assert.equal(found.code, 0, found.stderr);
  const listed = await runCommandLine(bundle, ['models'], folder, home);
  assert.match(listed.stdout, /yunet +any +finds faces +YuNet/);
  assertFails(
    await ganprior('generate', '--model', 'yunet.onnx', '--codes', 'z.npy', '--out', 'x.npy'),
    1,
    /yunet\.onnx is a face detector.*not a/,
  );
});
