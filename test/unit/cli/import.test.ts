/** `ganprior import` and what it says. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Graph } from '../../../src/engine/graph/graph.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { withExternalData } from '../../support/altered.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { dcgan } from '../../support/onnxGenerator.ts';

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
