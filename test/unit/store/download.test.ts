import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  download,
  type DownloadEvent,
  type DownloadOptions,
  type DownloadRequest,
} from '../../../src/node/store/download.ts';
import { FileServer, type Fault } from './fileServer.ts';

const CONTENT = randomBytes(300_000);
const SHA = sha(CONTENT);
/** Waits for nothing that the test does not make. */
const PATIENCE = { stallMs: 5_000, backoffMs: 1, longestBackoffMs: 2, progressMs: 0 };
const patienceFor = (fault: Fault | undefined) =>
  typeof fault === 'object' && 'stallAfter' in fault ? { ...PATIENCE, stallMs: 100 } : PATIENCE;

let [folder, server] = ['', undefined as unknown as FileServer];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganprior-download-'));
  server = await FileServer.start(CONTENT);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const file = (): string => join(folder, 'prior.pth');
const listing = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

function start(request: Partial<DownloadRequest> = {}, options: DownloadOptions = {}) {
  const events: DownloadEvent[] = [];
  const onEvent = (event: DownloadEvent): void => {
    events.push(event);
    if (event.kind === 'progress') server.arrived(event.received);
    options.onEvent?.(event);
  };
  const done = download(
    { url: server.url, file: file(), quarantine: join(folder, 'bad'), sha256: SHA, ...request },
    { patience: PATIENCE, ...options, onEvent },
  );
  return { done, events };
}

async function assertArrived(): Promise<void> {
  assert.deepEqual(await listing(), ['prior.pth']);
  assert.equal(sha(await readFile(file())), SHA);
}

/** Leaves the first part of the file behind, as an interrupted download does. */
async function interruptAt(bytes: number): Promise<void> {
  server.faults.push({ stallAfter: bytes });
  const cancel = new AbortController();
  const { done } = start(
    {},
    {
      signal: cancel.signal,
      onEvent: (event) => event.kind === 'progress' && event.received === bytes && cancel.abort(),
    },
  );
  await assert.rejects(done, { name: 'AbortError' });
  assert.deepEqual(await listing(), ['prior.pth.part', 'prior.pth.part.json']);
}

describe('a file arrives whole and checked', () => {
  test('from a good server, with progress', async () => {
    const { done, events } = start();
    assert.deepEqual(await done, { bytes: CONTENT.length, sha256: SHA, transferred: CONTENT.length });
    await assertArrived();
    const last = events.filter((event) => event.kind === 'progress').at(-1)!;
    assert.deepEqual([last.received, last.total], [CONTENT.length, CONTENT.length]);
    assert.deepEqual(events.at(-1), { kind: 'checking', fraction: 1 });
  });

  const faults: readonly (readonly [string, Fault])[] = [
    ['that stalls', { stallAfter: 100_000 }],
    ['that ends early', { truncateAfter: 100_000 }],
    ['that breaks the connection', { resetAfter: 100_000 }],
    ['that is busy', { status: 503, retryAfter: 0 }],
    ['that limits the rate', { status: 429 }],
    ['that breaks the connection at once', { resetAfter: 0 }],
    ['that announces no length', 'no length'],
    ['that redirects', { redirect: '/elsewhere.pth' }],
  ];
  for (const [name, fault] of faults) {
    test(`from a server ${name}`, async () => {
      server.faults.push(fault);
      const { transferred } = await start({}, { patience: patienceFor(fault) }).done;
      await assertArrived();
      assert.equal(transferred, CONTENT.length);
    });
  }

  test('from a server that breaks the connection again and again, but brings something each time', async () => {
    for (let i = 0; i < 8; i++) server.faults.push({ truncateAfter: 30_000 });
    const { transferred } = await start().done;
    await assertArrived();
    assert.equal(transferred, CONTENT.length);
    assert.deepEqual(
      server.seen.slice(1, 3).map(({ range, ifRange }) => [range, ifRange]),
      [
        ['bytes=30000-', '"1"'],
        ['bytes=60000-', '"1"'],
      ],
    );
  });
});

describe('an interrupted download', () => {
  beforeEach(() => interruptAt(120_000));

  test('goes on where it was', async () => {
    const { transferred } = await start().done;
    await assertArrived();
    assert.equal(transferred, CONTENT.length - 120_000);
  });

  for (const [name, fault] of [
    ['answers the Range with the whole file', 'ignore range'],
    ['refuses the Range', 'range not satisfiable'],
    ['sends another range', 'other range'],
  ] as const) {
    test(`begins anew when the server ${name}`, async () => {
      server.faults.push(fault);
      const { transferred } = await start().done;
      await assertArrived();
      assert.equal(transferred, CONTENT.length);
    });
  }

  test('begins anew when the file on the server was replaced', async () => {
    const newer = randomBytes(200_000);
    server.replace(newer);
    await start({ sha256: sha(newer) }).done;
    assert.deepEqual(await readFile(file()), newer);
    assert.deepEqual(await listing(), ['prior.pth']);
  });

  test('begins anew when what is here was damaged', async () => {
    await writeFile(`${file()}.part`, randomBytes(120_000));
    const { transferred } = await start().done;
    await assertArrived();
    assert.equal(transferred, CONTENT.length - 120_000 + CONTENT.length);
  });

  test('begins anew from another address', async () => {
    const { transferred } = await start({ url: `${server.origin}/other.pth` }).done;
    await assertArrived();
    assert.equal(transferred, CONTENT.length);
  });

  test('that had only its check to make asks for nothing', async () => {
    await writeFile(`${file()}.part`, CONTENT);
    const { transferred } = await start().done;
    await assertArrived();
    assert.deepEqual([transferred, server.seen.length], [0, 1]);
  });

  test('is dropped when the file is gone', async () => {
    server.faults.push({ status: 404 });
    await assert.rejects(start().done, /404/);
    assert.deepEqual(await listing(), []);
  });
});

describe('a download that cannot be had is a sentence and leaves nothing', () => {
  const cases: readonly (readonly [string, readonly Fault[], RegExp])[] = [
    ['there is no file', [{ status: 404 }], /answers 404 \(there is no such file\).*import it/],
    ['access is refused', [{ status: 403 }], /answers 403 \(access is refused\)/],
    [
      'it stays busy',
      Array<Fault>(5).fill({ status: 500 }),
      /was tried \d+ times and failed: .*it answers 500\. Try again later\.$/,
    ],
    ['it never begins', Array<Fault>(5).fill({ stallAfter: 0 }), /nothing arrives any more/],
    ['it redirects to plain http', [{ redirect: 'http://example.com/a.pth' }], /only https addresses are/],
    ['it redirects to a file', [{ redirect: 'file:///etc/passwd' }], /only https addresses are/],
    ['it redirects for ever', Array<Fault>(11).fill({ redirect: '/again' }), /redirects more than 10 times/],
  ];
  for (const [name, faults, message] of cases) {
    test(name, async () => {
      server.faults.push(...faults);
      await assert.rejects(start({}, { patience: patienceFor(faults[0]) }).done, (error: Error) => {
        assert.equal(error.name, 'DownloadError');
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(await listing(), []);
    });
  }

  test('nobody answers', async () => {
    const { url } = server;
    await server.close();
    server = await FileServer.start(CONTENT);
    await assert.rejects(start({ url }).done, /nobody answers there/);
    assert.deepEqual(await listing(), []);
  });

  test('the address is not https', async () => {
    for (const url of [
      'http://example.com/a.pth',
      'ftp://127.0.0.1/a',
      'https://user:secret@example.com/a',
      'nothing',
    ]) {
      await assert.rejects(start({ url }).done, /only https addresses are/);
    }
    assert.deepEqual(await listing(), []);
  });

  test('the length is another one', async () => {
    await assert.rejects(start({ bytes: CONTENT.length + 1 }).done, /offers a file of 300000 bytes, where 300001/);
    assert.deepEqual(await listing(), []);
  });

  test('the length is another one, and the connection is closed', { timeout: 10_000 }, async () => {
    server.faults.push({ stallAfter: 1000 });
    await assert.rejects(start({ bytes: CONTENT.length + 1 }).done, /offers a file of 300000 bytes/);
    await server.left();
  });

  test('more comes than was expected', async () => {
    server.faults.push('endless');
    await assert.rejects(start({ bytes: CONTENT.length }).done, /sends more than it should/);
    assert.deepEqual(await listing(), []);
  });

  test('the disk has no room', async () => {
    const request = { spareBytes: 1_000_000 };
    await assert.rejects(
      start(request, { freeSpace: () => Promise.resolve(1_299_999) }).done,
      /has 1\.3 MB free, and prior\.pth needs 1\.3 MB\. Make room/,
    );
    assert.deepEqual(await listing(), []);
    await start(request, { freeSpace: () => Promise.resolve(1_300_000) }).done;
    await assertArrived();
  });
});

test('what arrives before the attempts run out is kept, and said', async () => {
  server.faults.push({ truncateAfter: 90_000 }, ...Array<Fault>(4).fill({ status: 502 }));
  await assert.rejects(start().done, /90 kB are kept: try again to go on/);
  assert.deepEqual(await listing(), ['prior.pth.part', 'prior.pth.part.json']);
  assert.equal((await start().done).transferred, CONTENT.length - 90_000);
});

test('a file that is not the promised one is put aside with an explanation', async () => {
  await assert.rejects(start({ sha256: '0123456789' }).done, /another file than the one that was promised .*bad/);
  assert.deepEqual(await listing(), ['bad', 'bad/prior.pth', 'bad/prior.pth.txt']);
  assert.match(await readFile(join(folder, 'bad/prior.pth.txt'), 'utf8'), new RegExp(`${SHA}.*begins with 0123456789`));
});

test('eight digits of the hash are enough to check', async () => {
  await start({ sha256: SHA.slice(0, 8) }).done;
  await assertArrived();
});

test('a server without a validator is never asked for a rest', async () => {
  server.etag = undefined;
  await interruptAt(50_000);
  const { transferred } = await start().done;
  await assertArrived();
  assert.equal(transferred, CONTENT.length);
  assert.equal(server.seen[1]!.range, undefined);
});

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
