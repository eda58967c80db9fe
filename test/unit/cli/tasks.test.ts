/** Every task from the command line: a picture of the right size, a record that names the task, a trace, and a help of its own. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TASKS, type TaskId } from '../../../src/engine/generator/manifest.ts';
import { embeddedRecord } from '../../../src/node/codecs/encode.ts';
import { encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { parseRecord } from '../../../src/node/record.ts';
import { bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { pngFileOf } from '../../support/pngWriter.ts';
import { pngChunk, quarters } from '../node/pictures.ts';

const QUICK = ['--model', TINY_MODEL, '--codes', '2', '--iterations', '3', '--starts', '0', '--device', 'cpu'];
const [WIDTH, HEIGHT] = [20, 12];

/** What only one task asks for. */
const OWN: Partial<Record<TaskId, readonly string[]>> = {
  'super-resolve': ['--factor', '2'],
  inpaint: ['--mask', 'mask.png'],
  denoise: ['--noise', 'impulse'],
};

let cli: string;
let folder: string;
before(async () => {
  cli = await bundleCommandLine('cli-tasks');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-tasks-'));
  await writeFile(join(folder, 'a.png'), encodePng(quarters(WIDTH, HEIGHT)));
  const mask = new Uint8ClampedArray(4 * WIDTH * HEIGHT).fill(255);
  for (let i = 0; i < (WIDTH * HEIGHT) / 2; i++) mask.fill(0, 4 * i, 4 * i + 3);
  await writeFile(join(folder, 'mask.png'), encodePng({ width: WIDTH, height: HEIGHT, data: mask }));
});
after(() => rm(folder, { recursive: true }));

const ganprior = (...args: readonly string[]) => runCommandLine(cli, args, folder);

describe('the command line', () => {
  for (const task of TASKS) {
    test(task, async () => {
      const trace = `${task}.json`;
      const { code, stderr } = await ganprior(task, 'a.png', ...QUICK, ...(OWN[task] ?? []), '--trace', trace);
      assert.equal(code, 0, stderr);
      const file = join(folder, `a.${task}.png`);
      const times = task === 'super-resolve' ? 2 : 1;
      const { width, height } = await readPicture(file);
      assert.deepEqual([width, height], [WIDTH * times, HEIGHT * times]);
      const record = parseRecord(embeddedRecord(await readFile(file)) ?? '');
      assert.deepEqual([record?.task, record?.source.name, record?.options.codes], [task, 'a.png', 2]);
      const told = JSON.parse(await readFile(join(folder, trace), 'utf8')) as { task: string; loss: number[] };
      assert.equal(told.task, task);
      assert.equal(told.loss.length, record!.steps);
    });
  }

  test('says that a result equals its original, which has no finite PSNR', async () => {
    const args = ['reconstruct', 'a.png', ...QUICK, '--out', 'once.png'];
    assert.equal((await ganprior(...args)).code, 0);
    const again = [
      'reconstruct',
      'a.png',
      ...QUICK,
      '--truth',
      'once.png',
      '--out',
      'again.png',
      '--trace',
      'again.json',
    ];
    const { code, stderr } = await ganprior(...again);
    assert.equal(code, 0, stderr);
    const { comparison } = JSON.parse(await readFile(join(folder, 'again.json'), 'utf8')) as {
      comparison: { result: { psnr: unknown } };
    };
    assert.equal(comparison.result.psnr, 'Infinity');
  });

  test('says what decoding changes, and keeps what the source says of its colours and pixels', async () => {
    const said = [
      pngChunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f])),
      pngChunk('pHYs', Buffer.from('\0\0.#\0\0.#\x01', 'latin1')),
    ];
    const kind = { width: WIDTH, height: HEIGHT, depth: 16, colour: 2, interlaced: true, keyed: false };
    await writeFile(join(folder, 'deep.png'), pngFileOf(kind, said).file);
    const { code, stderr } = await ganprior('reconstruct', 'deep.png', ...QUICK);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /The picture has 16 bits a colour: the result has 8\./);
    const result = await readFile(join(folder, 'deep.reconstruct.png'));
    for (const chunk of said) assert.ok(result.includes(chunk), chunk.toString('latin1', 4, 8));
  });

  test('tells every task in its help, and in each what only that one takes', async () => {
    const { stdout } = await ganprior('--help');
    for (const task of TASKS) assert.match(stdout, new RegExp(`^ +${task} .*images$`, 'm'));
    for (const [task, [option]] of Object.entries(OWN)) {
      for (const other of TASKS) {
        const help = await ganprior(other, '--help');
        const named = new RegExp(`${option!}(?![-\\w])`).test(help.stdout);
        assert.equal(named, other === task, `${option} in the help of ${other}`);
      }
    }
  });
});
