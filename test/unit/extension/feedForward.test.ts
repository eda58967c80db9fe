/** A network of one pass in the editor's document: offered for its task alone, with nothing to set, and run at the picture's own size. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isQuick } from '../../../src/engine/prior.ts';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { PageExecutor } from '../../../src/extension/editor/pageExecutor.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { embeddedModels } from '../../../src/node/models.ts';
import { concerns, parseParams } from '../../../src/webview/params.ts';
import { fixtureNetwork } from '../../support/feedForwardFixtures.ts';
import { quarters } from '../node/pictures.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { surroundings } from './surroundings.ts';

const NETWORK = 'realesr-compact-x4';
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'one-pass-'));
  const { manifest, network } = await fixtureNetwork(NETWORK);
  await mkdir(join(root, NETWORK));
  await writeFile(join(root, NETWORK, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(root, NETWORK, manifest.file), network);
});
after(() => rm(root, { recursive: true }));

const settingsOf = (values: Readonly<Record<string, unknown>>) => readSettings((key) => values[key], assert.fail);
const modelsOf = (values: Readonly<Record<string, unknown>>) =>
  new Models(settingsOf(values), '/', [embeddedModels(), root], '/no/networks');

test('it is offered for its task, and nothing of it can be set but the factor', async () => {
  const { models } = await modelsOf({ layer: 3, iterations: 90 }).setup();
  const model = models.find(({ id }) => id === NETWORK)!;
  assert.deepEqual([model.tasks, model.onePass, model.methods], [['super-resolve'], true, undefined]);
  assert.deepEqual(model.defaults, { 'super-resolve': { iterations: 1 } });
  const fields = [
    'layer',
    'codes',
    'iterations',
    'starts',
    'width',
    'learningRate',
    'alphaLearningRate',
    'seed',
  ] as const;
  for (const field of fields) assert.ok(!concerns(field, 'super-resolve', model), field);
  assert.ok(concerns('seam', 'super-resolve', model));
  const typed = Object.fromEntries([...fields, 'truncation', 'class', 'seam', 'feather'].map((field) => [field, '3']));
  const { params } = parseParams('super-resolve', model, '2', typed as Parameters<typeof parseParams>[3]);
  assert.deepEqual(params, { model: NETWORK, seam: 3, factor: 2 });
});

test('as the model of all tasks it leaves the others to one that can do them', async () => {
  const own = modelsOf({ model: NETWORK });
  const { modelFor, problem } = await own.setup();
  assert.equal(problem, undefined);
  assert.deepEqual([modelFor['super-resolve'], modelFor.colorize], [NETWORK, 'fruit128']);
  assert.equal((await own.choose('super-resolve', undefined)).manifest.id, NETWORK);
  assert.equal((await own.choose('inpaint', undefined)).manifest.id, 'fruit128');
});

test('it enlarges in the thread whatever the settings say of steps, and its record names its file', async () => {
  const thread = sourceThread();
  try {
    const values = { device: 'cpu', iterations: 50 };
    const around = surroundings(settingsOf(values), () => modelsOf(values));
    const workshop = new ThreadWorkshop(thread, { ...around, read: () => Promise.resolve(encodePng(quarters(13, 9))) });
    const plan = await workshop.prepare('super-resolve', { model: NETWORK });
    assert.deepEqual([plan.job.method, plan.job.iterations, plan.result], ['one-pass', 1, { width: 52, height: 36 }]);
    assert.equal(isQuick(plan.manifest, plan.job), false, 'a page with a GPU may make it');
    const outcome = await new Promise<Parameters<ThreadWorkshop['compose']>[1]>((resolve, reject) => {
      const emit = (event: Parameters<Parameters<ThreadWorkshop['start']>[2]>[0]) =>
        event.kind === 'done' && resolve(event.outcome);
      workshop.start(plan, undefined, emit).done.catch(reject);
    });
    const { width, height, record } = await workshop.compose(plan, outcome);
    assert.deepEqual([width, height], [52, 36]);
    assert.match(record, new RegExp(`"id":"${NETWORK}","sha256":"[0-9a-f]{64}"`));
    // A page is handed its one file.
    const sent: unknown[] = [];
    const page = { notify: (_name: string, message: unknown) => sent.push(message) } as never;
    const uri = (folder: string, file: string) => join(folder, file);
    new PageExecutor(page, {} as never, uri).execute({ run: 1, plan } as never, {} as never);
    assert.deepEqual((sent[0] as { slices: string[] }).slices, [join(root, NETWORK, 'network.onnx')]);
  } finally {
    await thread.dispose();
  }
});
