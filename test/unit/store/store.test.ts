import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { CatalogEntry } from '../../../src/node/store/catalog.ts';
import { convert } from '../../../src/node/store/convert.ts';
import { convertInThread } from '../../../src/node/store/convertThread.ts';
import { inventory } from '../../../src/node/store/inventory.ts';
import { processSpace } from '../../../src/node/store/marker.ts';
import { ModelStore, type StoreEvent } from '../../../src/node/store/store.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { dcgan } from '../../support/onnxGenerator.ts';
import { quickly } from '../../support/quickly.ts';
import { FileServer } from './fileServer.ts';

const CHECKPOINT = await readFile('test/fixtures/reference/gandissect_legacy.pth');
const SHA = createHash('sha256').update(CHECKPOINT).digest('hex');
/** A model of other weights. */
const OTHER = Buffer.from(CHECKPOINT);
OTHER.fill(0, OTHER.length - 4);
const EMBEDDED = join(import.meta.dirname, '../../fixtures/models');
/** No process has this number. */
const DEAD_PID = 2 ** 30;

let [root, server, store] = ['', undefined as unknown as FileServer, undefined as unknown as ModelStore];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ganprior-store-'));
  server = await FileServer.start(CHECKPOINT);
  store = new ModelStore(root, EMBEDDED, quickly, { pollMs: 1, patience: { backoffMs: 1, progressMs: 0 } });
});
afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const entry = (changes: Partial<CatalogEntry> = {}): CatalogEntry => ({
  id: 'prior',
  kind: 'generator',
  title: 'A prior',
  domain: 'noise',
  resolution: 32,
  url: server.url,
  sha256: SHA.slice(0, 8),
  bytes: CHECKPOINT.length,
  approximate: false,
  licence: 'not stated by its authors',
  page: 'https://example.com/',
  goodFor: 'Tests.',
  presets: {},
  ...changes,
});

/** Every file of the store, its folders left out. */
async function files(): Promise<string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name).slice(root.length + 4));
}
async function assertOnly(...folders: readonly string[]): Promise<void> {
  const outside = (await files()).filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`)));
  assert.deepEqual(outside, []);
}

describe('downloading', () => {
  test('ends in a package with what the catalogue says, and nothing else', async () => {
    const events: StoreEvent[] = [];
    const whole = new ModelStore(root, EMBEDDED, convert);
    const stored = await whole.download(entry(), { onEvent: (event) => events.push(event) });
    assert.deepEqual(
      [stored.id, stored.name, stored.licence, stored.source],
      ['prior', 'A prior', 'not stated by its authors', server.url],
    );
    assert.equal(stored.generator?.resolution, 32);
    assert.equal(stored.generator.domain, 'noise');
    assert.equal(await store.verify('prior'), undefined);
    await assertOnly('models/prior');
    assert.deepEqual([...new Set(events.map(({ kind }) => kind))], ['progress', 'checking', 'converting', 'sampling']);
    assert.deepEqual(events.at(-1), { kind: 'sampling', fraction: 1 });
    assert.equal(stored.generator.bank?.count, 4000, 'so it can tell which pictures it knows');
  });

  test('draws no pictures when it is asked not to', async () => {
    const events: StoreEvent[] = [];
    const whole = new ModelStore(root, EMBEDDED, convert);
    const stored = await whole.download(entry(), { sample: false, onEvent: (event) => events.push(event) });
    assert.equal(stored.generator!.bank, undefined);
    assert.equal(events.at(-1)!.kind, 'converting');
  });

  test('keeps the checkpoint when it is asked to, and uses it the next time', async () => {
    await store.download(entry(), { keepCheckpoint: true });
    await assertOnly('models/prior', 'downloads');
    await rm(store.layout.models, { recursive: true });
    await store.download(entry());
    assert.equal(server.seen.length, 1);
    await assertOnly('models/prior');
  });

  test('stores half floats when it is asked to', async () => {
    const whole = (await store.download(entry())).files.reduce((sum, { bytes }) => sum + bytes, 0);
    await store.remove('prior');
    const half = (await store.download(entry(), { half: true })).files.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(half < 0.6 * whole);
  });

  test('of a model that is there asks for nothing; of a broken one replaces it', async () => {
    await store.download(entry());
    await store.download(entry());
    assert.equal(server.seen.length, 1);
    await rm(join(store.layout.models, 'prior/slice-01.onnx'));
    await store.download(entry());
    assert.equal(server.seen.length, 2);
    assert.equal(await store.verify('prior'), undefined);
  });

  test('is shared by all who ask at once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => store.download(entry())));
    assert.deepEqual(new Set(all.map(({ id }) => id)), new Set(['prior']));
    assert.equal(server.seen.length, 1);
  });

  describe('of a file whose hash nobody publishes', () => {
    const anonymousEntry = (): CatalogEntry => {
      const made = { ...entry() };
      delete made.sha256;
      return made;
    };

    test('writes the first one down and says it', async () => {
      const { source } = await store.download(anonymousEntry());
      assert.equal(source, `${server.url} (SHA-256 of the first download: ${SHA})`);
      await assertOnly('models/prior', 'pins');
    });

    test('takes the same file again, and no other', async () => {
      const anonymous = anonymousEntry();
      await store.download(anonymous);
      await store.remove('prior', anonymous);
      await store.download(anonymous);
      await store.remove('prior', anonymous);
      server.replace(OTHER);
      await assert.rejects(store.download(anonymous), (error: Error) => {
        assert.match(
          error.message,
          /sent another file than the one that came the first time \(SHA-256 \w{8} instead of/,
        );
        assert.match(
          error.message,
          /If its authors have changed the file, delete .*pins.prior\.json and download again/,
        );
        return true;
      });
      await assertOnly('quarantine', 'pins');
      await rm(store.layout.pin('prior'));
      await store.download(anonymous);
      assert.equal(await store.verify('prior'), undefined);
    });

    test('from another address is another file', async () => {
      await store.download(anonymousEntry());
      await store.remove('prior');
      server.replace(OTHER);
      await store.download({ ...anonymousEntry(), url: `${server.origin}/prior-2.pth` });
    });

    test('does not remember what was no model', async () => {
      const anonymous = anonymousEntry();
      server.replace(Buffer.alloc(CHECKPOINT.length));
      await assert.rejects(store.download(anonymous), { name: 'ModelFormatError' });
      assert.deepEqual(await files(), []);
      server.replace(CHECKPOINT);
      await store.download(anonymous);
    });

    test('goes on with a file that is here whole when its conversion was broken off', async () => {
      const anonymous = anonymousEntry();
      const cancel = new AbortController();
      const onEvent = ({ kind }: StoreEvent): void => {
        if (kind === 'converting') cancel.abort();
      };
      await assert.rejects(store.download(anonymous, { signal: cancel.signal, onEvent }), /AbortError/);
      await store.download(anonymous);
      assert.equal(server.seen.length, 1);
    });
  });

  test('of two models whose files have one name keeps them apart', async () => {
    const checkpoint = await readFile('test/fixtures/reference/genforce_legacy.pth');
    const sha256 = createHash('sha256').update(checkpoint).digest('hex');
    const other = await FileServer.start(checkpoint);
    try {
      const elsewhere = entry({ id: 'other', url: other.url, bytes: checkpoint.length, sha256 });
      await store.download(entry(), { keepCheckpoint: true });
      await store.download(elsewhere, { keepCheckpoint: true });
      assert.deepEqual((await files()).filter((file) => file.startsWith('downloads')).sort(), [
        'downloads/other.pth',
        'downloads/prior.pth',
      ]);
    } finally {
      await other.close();
    }
  });

  test('goes on for the others when one cancels, and ends when the last one does', async () => {
    server.faults.push({ stallAfter: 1000 });
    const cancels = [new AbortController(), new AbortController()];
    const waiting = cancels.map(({ signal }) => assert.rejects(store.download(entry(), { signal }), /AbortError/));
    await server.requests(1);
    cancels[0]!.abort();
    await waiting[0];
    assert.deepEqual(store.busy, ['prior']);
    cancels[1]!.abort();
    await waiting[1];
    assert.deepEqual(store.busy, []);
    await store.download(entry());
    await assertOnly('models/prior');
  });

  test('of a file that is no model leaves nothing', async () => {
    const content = Buffer.from('not a checkpoint at all');
    server.replace(content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    await assert.rejects(store.download(entry({ sha256, bytes: content.length })), { name: 'ModelFormatError' });
    assert.deepEqual(await files(), []);
  });

  test('of another kind than the catalogue says leaves nothing', async () => {
    await assert.rejects(store.download(entry({ kind: 'perceptual' })), /is a generator network, but its catalogue/);
    assert.deepEqual(await files(), []);
  });
});

describe('processes', () => {
  function start() {
    const script = join(import.meta.dirname, 'storeProcess.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, root, JSON.stringify(entry())], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const events: { readonly kind: string; readonly received?: number }[] = [];
    const lines = createInterface(child.stdout);
    const waiters = new Set<() => void>();
    lines.on('line', (line) => {
      events.push(JSON.parse(line) as (typeof events)[number]);
      for (const wake of waiters) wake();
    });
    const exit = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    const seen = (test: (event: (typeof events)[number]) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!events.some(test)) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        look();
      });
    return { child, events, exit, seen };
  }

  test('one that is killed is taken up by the next, which downloads no byte again', async (t) => {
    const half = Math.floor(CHECKPOINT.length / 2);
    server.faults.push({ stallAfter: half });
    const first = start();
    await first.seen(({ received }) => received === half);
    first.child.kill('SIGKILL');
    await first.exit;
    assert.deepEqual((await files()).sort(), [
      'downloads/prior.pth.part',
      'downloads/prior.pth.part.json',
      'locks/prior.lock',
    ]);
    const second = start();
    assert.equal(await second.exit, 0);
    const again = server.sent - CHECKPOINT.length;
    t.diagnostic(`killed at ${half} of ${CHECKPOINT.length} bytes; ${again} downloaded again`);
    assert.equal(again, 0);
    assert.equal(await store.verify('prior'), undefined);
    await assertOnly('models/prior');
  });

  test('two at once download one file between them', async () => {
    server.faults.push({ stallAfter: 1000 });
    const first = start();
    await first.seen(({ received }) => received === 1000);
    const second = start();
    await second.seen(({ kind }) => kind === 'waiting');
    first.child.kill('SIGKILL');
    await first.exit;
    const third = start();
    assert.deepEqual([await second.exit, await third.exit], [0, 0]);
    assert.equal(server.sent, CHECKPOINT.length);
    await assertOnly('models/prior');
  });
});

describe('removing', () => {
  beforeEach(() => store.download(entry(), { keepCheckpoint: true }));

  test('takes the package and its checkpoint away', async () => {
    await store.remove('prior', entry());
    assert.deepEqual(await files(), []);
    await assert.rejects(store.remove('prior', entry()), /no model prior here/);
  });

  test('is refused while the model is in use', async () => {
    const end = await store.use(join(store.layout.models, 'prior'), 'restoring a picture');
    await assert.rejects(store.remove('prior'), /prior is in use: this window is restoring a picture/);
    assert.equal(await store.verify('prior'), undefined);
    await end();
    await store.remove('prior');
  });

  test('is refused while somebody begins to use it, until that is too long ago', async () => {
    const mark = join(store.layout.use('prior'), 'begun.json');
    await mkdir(store.layout.use('prior'), { recursive: true });
    await writeFile(mark, '');
    await assert.rejects(store.remove('prior'), /prior is in use: process of somebody else is reading it/);
    await utimes(mark, 0, 0);
    await store.remove('prior');
  });

  test('is not hindered by a process that died while using it', async () => {
    await mkdir(store.layout.use('prior'), { recursive: true });
    await leave(join(store.layout.use('prior'), 'left.json'));
    await store.remove('prior');
  });

  test('is refused while the model is being changed', async () => {
    await leave(store.layout.lock('prior'), process.pid);
    await assert.rejects(store.remove('prior'), /cannot be removed now: this window is downloading it/);
  });

  test('is refused for a model that comes along', async () => {
    await assert.rejects(store.remove('tiny16'), /comes with the installation and stays/);
  });

  test('takes away what an unfinished download left', async () => {
    await store.remove('prior', entry());
    server.faults.push({ stallAfter: 1000 });
    const cancel = new AbortController();
    const waiting = assert.rejects(
      store.download(entry(), { signal: cancel.signal, onEvent: ({ kind }) => kind === 'progress' && cancel.abort() }),
    );
    await waiting;
    const [row] = (await inventory(store, [entry()])).filter(({ id }) => id === 'prior');
    assert.equal(row?.state === 'available' && row.received, 1000);
    await store.remove('prior', entry());
    assert.deepEqual(await files(), []);
  });
});

test('a lock whose holder died is taken over, by one of many', async () => {
  await mkdir(join(root, 'v1/locks'), { recursive: true });
  await leave(store.layout.lock('prior'));
  const stores = [1, 2, 3, 4].map(() => new ModelStore(root, EMBEDDED, quickly, { pollMs: 1 }));
  await Promise.all(stores.map((each) => each.download(entry())));
  assert.equal(server.seen.length, 1);
  await assertOnly('models/prior');
});

test("a checkpoint of one's own is imported under its name, once", async () => {
  const file = 'test/fixtures/reference/gandissect_legacy.pth';
  assert.equal((await store.import(file, { id: 'mine' })).id, 'mine');
  await assert.rejects(store.import(file, { id: 'mine' }), /There is a model mine already/);
  await store.import(file, { id: 'mine', replace: true });
  await assert.rejects(store.import(file, { id: 'tiny16' }), /a model that comes along/);
  await assert.rejects(store.import(file, { id: '../../etc' }), /is no id/);
  await assert.rejects(store.import('package.json', { id: 'nothing' }), { name: 'ModelFormatError' });
  await assertOnly('models/mine');
});

test('the inventory tells sound, broken and available models apart', async () => {
  await store.download(entry());
  await store.import('test/fixtures/reference/vgg16_thin.pth', { id: 'phi' });
  await store.import('test/fixtures/reference/gandissect_legacy.pth', { id: 'mine' });
  await writeFile(join(store.layout.models, 'mine/slice-03.onnx'), 'short');
  const rows = await inventory(store, [entry(), entry({ id: 'other' })]);
  assert.deepEqual(
    rows.map(({ id, state }) => [id, state]),
    [
      ['tiny16', 'installed'],
      ['mine', 'broken'],
      ['prior', 'installed'],
      ['phi', 'installed'],
      ['other', 'available'],
    ],
  );
});

test('a flipped bit is found', async () => {
  await store.download(entry());
  const slice = join(store.layout.models, 'prior/slice-02.onnx');
  const bytes = await readFile(slice);
  bytes[200]! ^= 1;
  await writeFile(slice, bytes);
  assert.match((await store.verify('prior'))!, /slice-02\.onnx is damaged/);
});

test('a conversion in a thread reports progress, errors, and can be cancelled', async () => {
  const entryUrl = new URL('../../../src/node/store/convertThreadEntry.ts', import.meta.url).href;
  const loader = import.meta.resolve('tsx/esm/api');
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entryUrl)}); });`;
  const threaded = new ModelStore(root, EMBEDDED, convertInThread(script, { eval: true }));
  const fractions: number[] = [];
  const onEvent = (event: StoreEvent) => event.kind === 'sampling' && fractions.push(event.fraction);
  await threaded.import('test/fixtures/reference/gandissect_legacy.pth', { id: 'mine', onEvent });
  assert.equal(fractions.at(-1), 1);
  await assert.rejects(threaded.import('package.json', { id: 'other' }), { name: 'ModelFormatError' });
  const graph = dcgan();
  const nodes = graph.nodes.map((node) => (node.op === 'Tanh' ? { ...node, op: 'Relu' } : node));
  const unclear = join(root, 'unclear.onnx');
  await writeFile(unclear, writeModel({ ...graph, nodes }));
  await assert.rejects(threaded.import(unclear), { name: 'RangeUnknownError', message: /unclear\.onnx .* from 0 to / });
  await rm(unclear);
  const cancel = new AbortController();
  const cancelled = threaded.import('test/fixtures/reference/gandissect_legacy.pth', {
    id: 'third',
    signal: cancel.signal,
    onEvent: () => cancel.abort(),
  });
  await assert.rejects(cancelled, /AbortError/);
  await assertOnly('models/mine');
});

/** Writes the marker of another process, dead unless told otherwise. */
async function leave(file: string, pid = DEAD_PID): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, JSON.stringify({ token: 'left', pid, host: processSpace(), purpose: 'downloading' }));
}
