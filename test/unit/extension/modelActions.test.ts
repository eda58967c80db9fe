/** What a person is asked and told about models: the real store against a server on this machine, scripted answers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import type { TaskId } from '../../../src/engine/generator/manifest.ts';
import { ModelActions, type ManagedModels } from '../../../src/extension/modelsView/actions.ts';
import { usesOf } from '../../../src/extension/modelsView/words.ts';
import { ScriptedDialogs } from '../../../src/extension/modelsView/scriptedDialogs.ts';
import type { CatalogEntry } from '../../../src/node/store/catalog.ts';
import { quickly } from '../../support/quickly.ts';
import { inventory, type ModelRow } from '../../../src/node/store/inventory.ts';
import { ModelStore } from '../../../src/node/store/store.ts';
import { dcgan } from '../../support/onnxGenerator.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { FileServer } from '../store/fileServer.ts';

const CHECKPOINT = 'test/fixtures/reference/gandissect_legacy.pth';

let checkpoint: Buffer;
let [root, server, store, entry] = [
  '',
  undefined as unknown as FileServer,
  undefined as unknown as ModelStore,
  {} as CatalogEntry,
];
let dialogs: ScriptedDialogs;
let actions: ModelActions;
let choice: Map<TaskId, string>;

before(async () => {
  checkpoint = await readFile(CHECKPOINT);
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'actions-'));
  server = await FileServer.start(checkpoint);
  store = new ModelStore(root, join(TINY_MODEL, '..'), quickly);
  entry = {
    id: 'noise32',
    kind: 'generator',
    title: 'Noise 32',
    domain: 'noise',
    url: server.url,
    sha256: createHash('sha256').update(checkpoint).digest('hex').slice(0, 8),
    bytes: checkpoint.length,
    approximate: false,
    licence: 'No commercial use.',
    page: 'https://example.com/noise',
    goodFor: 'Noise alone.',
    presets: {},
  };
  dialogs = new ScriptedDialogs();
  choice = new Map([
    ['colorize', 'tiny16'],
    ['inpaint', 'tiny16'],
  ]);
  actions = new ModelActions(
    managed(),
    {
      current: () => choice,
      use: async (id, task) =>
        void (task ? choice.set(task, id) : [...choice.keys()].map((each) => choice.set(each, id))),
    },
    dialogs,
  );
});
afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

/** What the manager of a window does, without a window. */
const managed = (): ManagedModels => ({
  download: (wanted) => store.download(wanted),
  import: (file, range) => store.import(file, range && { range }),
  verify: async (id) => ({ problem: await store.verify(id) }),
  remove: (id, wanted) => store.remove(id, wanted),
  cancel: () => undefined,
  activity: () => undefined,
  onDidProgress: () => ({ dispose: () => undefined }),
});

const row = async (id = 'noise32'): Promise<ModelRow> =>
  (await inventory(store, [entry])).find((candidate) => candidate.id === id)!;
const download = async () => actions.attempt(async () => actions.download(await row()));
const everything = async () => (await readdir(root, { recursive: true })).map((file) => basename(file));

describe('importing a file that does not say what is black and white', () => {
  let file: string;
  beforeEach(async () => {
    const graph = dcgan();
    const nodes = graph.nodes.map((node) => (node.op === 'Tanh' ? { ...node, op: 'Relu' } : node));
    file = join(root, 'unclear.onnx');
    await writeFile(file, writeModel({ ...graph, nodes }));
  });

  test('asks, and imports with the answer', async () => {
    dialogs.answers = [file, '0 to 255'];
    await actions.attempt(() => actions.importFile());
    assert.match(dialogs.seen[0]!, /does not say which of its values mean black and white.*from 0 to /);
    assert.equal(dialogs.seen[1], 'unclear is ready.');
    assert.deepEqual((await store.find('unclear'))?.generator?.range, [0, 255]);
  });

  test('declined, imports nothing', async () => {
    dialogs.answers = [file];
    await actions.attempt(() => actions.importFile());
    assert.equal(dialogs.seen.length, 1);
    assert.equal(await store.find('unclear'), undefined);
  });
});

test('what an import decided is told', async () => {
  const graph = dcgan();
  const file = join(root, 'flagged.onnx');
  await writeFile(
    file,
    writeModel({ ...graph, inputs: [...graph.inputs, { name: 'flag', dtype: 'bool', shape: [] }] }),
  );
  dialogs.answers = [file];
  await actions.attempt(() => actions.importFile());
  assert.equal(dialogs.seen[0], 'flagged is ready. Its input "flag" is used by nothing and was left out.');
});

describe('downloading', () => {
  test('asks first, with size, licence, source and what the model is good for', async () => {
    dialogs.answers = ['Download'];
    await download();
    const [question, news] = dialogs.seen;
    const size = `${Math.round(checkpoint.length / 1000)}`;
    for (const part of ['Download "Noise 32"?', 'Noise alone.', `Size: ${size}`, 'No commercial use.', server.url]) {
      assert.ok(question!.includes(part), `${part} is missing in: ${question}`);
    }
    assert.equal(news, 'Noise 32 is ready.');
    assert.equal((await row()).state, 'installed');
  });

  test('declined, it asks nothing of the server and leaves nothing', async () => {
    await download();
    assert.equal(dialogs.seen.length, 1);
    assert.deepEqual(server.seen, []);
    assert.deepEqual(await everything(), []);
  });

  test('the page can be read instead', async () => {
    dialogs.answers = ['Open Its Page'];
    await download();
    assert.equal(dialogs.seen.at(-1), 'https://example.com/noise');
    assert.deepEqual(server.seen, []);
  });

  test('what comes can be made the default at once', async () => {
    dialogs.answers = ['Download', 'Use by Default'];
    await download();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([...choice.values()], ['noise32', 'noise32']);
  });

  test('another file than promised is put aside, and the person told where and why', async () => {
    entry = { ...entry, sha256: '00000000' };
    dialogs.answers = ['Download'];
    await download();
    const told = dialogs.seen.at(-1)!;
    assert.match(told, /sent another file than the one that was promised/);
    const place = /It was not opened; it lies in (.*)\.$/.exec(told)![1]!;
    assert.deepEqual(await readFile(place), checkpoint);
    assert.match(await readFile(`${place}.txt`, 'utf8'), /It was not opened\. Delete it/);
    assert.equal((await row()).state, 'available');
  });
});

test('a download that failed is tried again when the person wants, without another question', async () => {
  server.faults.push({ status: 404 });
  dialogs.answers = ['Download', 'Try Again'];
  await download();
  assert.match(dialogs.seen[1]!, /404/);
  while (!dialogs.seen.includes('Noise 32 is ready.')) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(dialogs.seen.length, 3, 'the question, the failure, the news');
});

test('the default model is chosen among those that are here, or more are got', async () => {
  await store.download(entry);
  let led = 0;
  const choose = async () =>
    actions.chooseDefault(await inventory(store, [entry]), () => Promise.resolve(void (led += 1)));
  dialogs.answers = ['Noise 32'];
  await choose();
  assert.deepEqual([...new Set(choice.values())], ['noise32']);
  await choose();
  assert.deepEqual([...new Set(choice.values())], ['noise32'], 'given up, nothing changes');
  dialogs.answers = ['Any picture'];
  await choose();
  assert.deepEqual([...new Set(choice.values())], ['untrained']);
  dialogs.answers = ['The picture chooses'];
  await choose();
  assert.deepEqual([...new Set(choice.values())], ['auto']);
  assert.equal(usesOf('fruit128', choice), '', 'no model is the default then');
  dialogs.answers = ['$(cloud-download) Get More Models...'];
  await choose();
  assert.equal(led, 1);
});

describe('removing', () => {
  beforeEach(() => store.download(entry));
  const remove = async (id?: string) => actions.attempt(async () => actions.remove(await row(id)));

  test('asks, and says what it frees', async () => {
    await remove();
    assert.match(dialogs.seen[0]!, /^Remove "Noise 32"\?\n\nIt frees \d+ kB\.$/);
    assert.equal((await row()).state, 'installed');
    dialogs.answers = ['Remove'];
    await remove();
    assert.equal((await row()).state, 'available');
  });

  test('says which tasks are left without a model', async () => {
    choice.set('inpaint', 'noise32');
    await remove();
    assert.match(dialogs.seen[0]!, /The settings name it \(default for Inpaint\)/);
  });

  test('of a model in use is refused with the reason', async () => {
    await store.use(store.layout.package('generator', 'noise32'), 'restoring a picture');
    dialogs.answers = ['Remove'];
    await remove();
    assert.match(dialogs.seen.at(-1)!, /in use: this window is restoring a picture/);
    assert.equal((await row()).state, 'installed');
  });
});

test('a damaged model is told, and downloaded again when asked to', async () => {
  const good = await store.download(entry);
  const slice = join(good.folder, 'slice-01.onnx');
  await cp(join(good.folder, 'slice-02.onnx'), slice);
  dialogs.answers = ['Download Again', 'Download'];
  await actions.verify(await row());
  assert.match(dialogs.seen[0]!, /slice-01\.onnx is not the file/);
  while (!dialogs.seen.includes('Noise 32 is ready.')) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await store.verify('noise32'), undefined);
});

test('a model is made that of one task', async () => {
  await store.download(entry);
  dialogs.answers = ['Colorize'];
  await actions.useFor(await row());
  assert.deepEqual(
    [...choice],
    [
      ['colorize', 'noise32'],
      ['inpaint', 'tiny16'],
    ],
  );
});

test("a file of one's own is imported; a wrong one is refused with its name", async () => {
  dialogs.answers = [CHECKPOINT];
  await actions.attempt(() => actions.importFile());
  assert.equal((await row('gandissect_legacy')).state, 'installed');
  dialogs.answers = ['package.json'];
  await actions.attempt(() => actions.importFile());
  assert.match(dialogs.seen.at(-1)!, /package\.json/);
  await actions.attempt(() => actions.importFile());
  assert.equal(dialogs.seen.length, 2);
});
