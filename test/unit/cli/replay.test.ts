/** A result is made again, byte for byte, from the record that it carries. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedRecord } from '../../../src/node/codecs/encode.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { writeNetwork } from '../../support/perceptualNetwork.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const MODEL = ['--model', TINY_MODEL, '--device', 'cpu'];
const QUICK = [...MODEL, '--codes', '2', '--iterations', '5', '--starts', '4', '--seed', '11'];

let folder: string;
let bundle: string;
before(async () => {
  bundle = await bundleCommandLine('replay');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-replay-'));
  const picture = quarters(24, 20);
  const mask = {
    width: 24,
    height: 20,
    data: picture.data.map((_, i) => (i % 4 === 3 || (i > 800 && i < 960) ? 255 : 0)),
  };
  await writeFile(join(folder, 'a.png'), encodePng(picture));
  await writeFile(join(folder, 'other.png'), encodePng(quarters(16, 16)));
  await writeFile(join(folder, 'mask.png'), encodePng(mask));
});
after(() => rm(folder, { recursive: true }));

const ganprior = async (...args: string[]) => runCommandLine(bundle, args, folder);
const read = (name: string) => readFile(join(folder, name));

const CASES = {
  'inpaint.png': ['inpaint', 'a.png', '--mask', 'mask.png', '--feather', '1'],
  'region.webp': ['reconstruct', 'a.png', '--region', '2,2,16,16', '--keep', 'best'],
  'denoise.jpg': ['denoise', 'a.png', '--noise', 'impulse', '--learning-rate', '0.02', '--quality', '70'],
  'tuned.png': ['reconstruct', 'a.png', '--layer', '2', '--tune', '3-5,2,0.01'],
  'larger.png': ['super-resolve', 'a.png', '--factor', '2', '--optimizer', 'gd'],
};
for (const [file, args] of Object.entries(CASES)) {
  test(`${file} is made again`, async () => {
    const made = await ganprior(...args, ...QUICK, '--out', file);
    assert.equal(made.code, 0, made.stderr);
    const again = await ganprior('replay', file, 'a.png', ...MODEL, '--out', `again-${file}`);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(await read(`again-${file}`), await read(file));
  });
}

test('a record in a file of its own works too, and ends where the run was stopped', async () => {
  const record = JSON.parse(embeddedRecord(await read('inpaint.png'))!) as { steps: number };
  await writeFile(join(folder, 'record.json'), JSON.stringify({ ...record, steps: 3 }));
  const { code, stderr } = await ganprior('replay', 'record.json', 'a.png', ...MODEL, '--out', 'stopped.png');
  assert.equal(code, 0, stderr);
  const stopped = JSON.parse(embeddedRecord(await read('stopped.png'))!) as { steps: number };
  assert.deepEqual(stopped, { ...record, steps: 3 });
  assert.notDeepEqual(await read('stopped.png'), await read('inpaint.png'));
});

test('the record goes where --record says, and is found there', async () => {
  const made = await ganprior('reconstruct', 'a.png', ...QUICK, '--record', 'json', '--out', 'apart.jpg');
  assert.equal(made.code, 0, made.stderr);
  assert.equal(embeddedRecord(await read('apart.jpg')), undefined);
  const { file } = JSON.parse((await read('apart.jpg.json')).toString()) as { file: unknown };
  assert.deepEqual(file, { format: 'jpeg', quality: 92 });
  const again = await ganprior(
    'replay',
    'apart.jpg',
    'a.png',
    ...MODEL,
    '--record',
    'both',
    '--out',
    'again-apart.jpg',
  );
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await read('again-apart.jpg.json'), await read('apart.jpg.json'));
  assert.deepEqual(
    JSON.parse(embeddedRecord(await read('again-apart.jpg'))!),
    JSON.parse((await read('apart.jpg.json')).toString()),
  );
  const none = await ganprior('reconstruct', 'a.png', ...QUICK, '--record', 'none', '--out', 'nowhere.png');
  assert.equal(none.code, 0, none.stderr);
  assertFails(await ganprior('replay', 'nowhere.png', 'a.png', ...MODEL, '--out', 'x.png'), 1, /none is beside it/);
  assertFails(
    await ganprior('reconstruct', 'a.png', ...QUICK, '--record', 'json', '--out', 'apart.jpg'),
    1,
    /apart\.jpg.* exists already/,
  );
});

test('a perceptual network is needed once more, and must be the same', async () => {
  const network = await writeNetwork(folder, 'thin');
  const made = await ganprior('reconstruct', 'a.png', ...QUICK, '--perceptual', network, '--out', 'phi.png');
  assert.equal(made.code, 0, made.stderr);
  const replay = (record: string, ...args: string[]) => ganprior('replay', record, 'a.png', ...MODEL, ...args);
  const again = await replay('phi.png', '--perceptual', network, '--out', 'again-phi.png');
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await read('again-phi.png'), await read('phi.png'));

  assertFails(
    await replay('phi.png', '--out', 'x.png'),
    1,
    /phi\.png.* was made with the perceptual network thin, which is not installed here: .*--perceptual FILE/,
  );
  assertFails(await replay('larger.png', '--perceptual', network, '--out', 'x.png'), 1, /larger\.png.* made without/);
  const record = JSON.parse(embeddedRecord(await read('phi.png'))!) as { network: { id: string } };
  const other = { ...record, network: { ...record.network, sha256: '0'.repeat(64) } };
  await writeFile(join(folder, 'other.json'), JSON.stringify(other));
  assertFails(
    await replay('other.json', '--perceptual', network, '--out', 'x.png'),
    1,
    /thin.* is not the network thin that other\.json was made with: their checksums differ/,
  );
});

test('another picture, other weights, and files without a record are refused, and nothing is written', async () => {
  const before = await readdir(folder);
  const replay = (...args: string[]) => ganprior('replay', ...args, ...MODEL, '--out', 'x.png');
  assertFails(
    await replay('inpaint.png', 'other.png'),
    1,
    /other\.png.* is not the a\.png that inpaint\.png was made from/,
  );
  assertFails(await replay('a.png', 'a.png'), 1, /a\.png.* holds no record/);
  assertFails(
    await ganprior('replay', 'inpaint.png', 'a.png', '--out', 'x.png', '--model', 'fruit128'),
    1,
    /other weights/,
  );
  assertFails(
    await ganprior('replay', 'inpaint.png', 'a.png', ...MODEL, '--out', 'x.gif'),
    2,
    /\.png, \.jpg or \.webp/,
  );
  assert.deepEqual(await readdir(folder), before);

  const { model, ...record } = JSON.parse(embeddedRecord(await read('inpaint.png'))!) as { model: object };
  const banked = { ...record, model: { ...model, bank: '0'.repeat(64) } };
  await writeFile(join(folder, 'banked.json'), JSON.stringify(banked));
  assertFails(await replay('banked.json', 'a.png'), 1, /banked\.json.* started from another bank of codes/);
});
