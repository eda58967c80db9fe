import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { decodeBackup, encodeBackup } from '../../../src/extension/editor/backup.ts';
import { placement } from '../../../src/extension/document/placement.ts';
import { resultSchema, runStateSchema } from '../../../src/shared/documentState.ts';
import {
  hostContract,
  pageContract,
  preparedSchema,
  type HostContract,
  type PageContract,
} from '../../../src/shared/protocol.ts';
import { pack } from '../../../src/shared/mask/patch.ts';
import { connect, type Channel, type Handlers } from '../../../src/shared/rpc.ts';
import { checkpoint, done, openDocument, optimising, progress, settled } from './fakes.ts';

/** Two ends of a channel on which messages travel as a webview's do: values as JSON, typed arrays as they are. */
function channelPair(): [Channel & { receive(message: unknown): void }, Channel & { receive(message: unknown): void }] {
  const end = () => {
    const nobody: (message: unknown) => void = () => undefined;
    const made = { receive: nobody, post: nobody, listen: (receive: typeof nobody) => void (made.receive = receive) };
    return made;
  };
  const [a, b] = [end(), end()];
  a.post = (message) => b.receive(travel(message));
  b.post = (message) => a.receive(travel(message));
  return [a, b];
}

function travel(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (Array.isArray(value)) return value.map(travel);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, travel(part)]])),
  );
}

const unexpected = () => assert.fail('not expected');
const silentHost: Handlers<HostContract> = {
  ready: unexpected,
  prepare: unexpected,
  resume: unexpected,
  runOnHost: unexpected,
  control: unexpected,
  amend: unexpected,
  keep: unexpected,
  askForAnimation: unexpected,
  writeAnimation: unexpected,
  save: unexpected,
  stepResult: unexpected,
  discardResult: unexpected,
  editMask: unexpected,
  editRegion: unexpected,
  loadMask: unexpected,
  saveMask: unexpected,
  chooseTruth: unexpected,
  forgetTruth: unexpected,
  choose: unexpected,
  report: unexpected,
  failed: unexpected,
  log: unexpected,
  show: unexpected,
};
const silentPage: Handlers<PageContract> = {
  exportAnimation: unexpected,
  copyPicture: unexpected,
  start: unexpected,
  control: unexpected,
  amend: unexpected,
  runChanged: unexpected,
  notice: unexpected,
  runEvent: unexpected,
  runFailed: unexpected,
  runInterrupted: unexpected,
  result: unexpected,
  saved: unexpected,
  maskChanged: unexpected,
  regionChanged: unexpected,
  choicesChanged: unexpected,
  truthChanged: unexpected,
  setupChanged: unexpected,
  sourceChanged: unexpected,
};

function join(host: Partial<Handlers<HostContract>>, page: Partial<Handlers<PageContract>> = {}) {
  const [hostEnd, pageEnd] = channelPair();
  const problems: string[] = [];
  const note = (problem: string): void => void problems.push(problem);
  const toPage = connect(hostEnd, hostContract, { ...silentHost, ...host }, pageContract, note);
  const toHost = connect(pageEnd, pageContract, { ...silentPage, ...page }, hostContract, note);
  return { toPage, toHost, hostEnd, pageEnd, problems };
}

test('a prepared run crosses the border whole', async () => {
  const { document } = openDocument();
  const { id, plan } = await document.prepare('super-resolve', { factor: 2 }, {});
  const sent = {
    run: id,
    job: plan.job,
    manifest: plan.manifest,
    slices: ['a', 'b'],
    notes: [...plan.notes],
    placement: placement(plan.frame),
  };
  const { toHost } = join({ prepare: () => sent });
  const got = await toHost.request('prepare', { task: 'super-resolve', params: { factor: 2 } });
  assert.deepEqual(got, sent);
  assert.deepEqual(v.parse(preparedSchema, sent), sent);
});

test('every kind of event crosses the border whole, both ways', () => {
  const events: RunEvent[] = [optimising, progress(2, 5, 4), checkpoint(2), done(10)];
  const [atHost, atPage]: [unknown[], unknown[]] = [[], []];
  const { toHost, toPage, problems } = join(
    { report: ({ event }) => atHost.push(event) },
    { runEvent: ({ event }) => atPage.push(event) },
  );
  for (const event of events) {
    toHost.notify('report', { run: 1, event });
    toPage.notify('runEvent', { run: 1, event });
  }
  assert.deepEqual(atHost, events);
  assert.deepEqual(atPage, events);
  assert.deepEqual(problems, []);
});

test('run states and results keep every property', async () => {
  const { document } = openDocument();
  const run = await document.prepare('super-resolve', { seed: 1 }, {});
  document.runOnHost(run.id, {});
  run.fail('broken');
  assert.deepEqual(v.parse(runStateSchema, run.state), run.state);
  const result = {
    ...run.result(done(3).outcome, { png: Uint8Array.of(1), width: 1, height: 1, record: '{}' }),
    savedAs: 'a.png',
    made: 1,
    restored: true,
    place: { at: 1, of: 2 },
  };
  assert.deepEqual(v.parse(resultSchema, result), result);
});

test('a request with parameters that are not understood is answered with an error, and not served', async () => {
  const { toHost } = join({});
  const wrong = { task: 'super-resolve', params: { layer: 0 } } as const;
  await assert.rejects(toHost.request('prepare', wrong), /"prepare" is not understood/);
  await assert.rejects(toHost.request('prepare', { task: 'paint' as never, params: {} }), /not understood/);
  await assert.rejects(toHost.request('prepare', { task: 'colorize', params: { size: 3 } as never }), /not understood/);
});

test('what fits nothing is dropped with a word about it', async () => {
  const { hostEnd, problems } = join({});
  for (const message of [
    undefined,
    'hello',
    { type: 'ready' },
    { kind: 'notification', method: 'nothing', payload: {} },
    { kind: 'notification', method: 'report', payload: { run: 1, event: { kind: 'progress', step: -1 } } },
    { kind: 'notification', method: 'report', payload: { run: 1, event: travel(progress(1, NaN)) } },
  ]) {
    hostEnd.receive(message);
  }
  await settled();
  assert.equal(problems.length, 6);
});

test('an error in the host is its sentence in the page', async () => {
  const { toHost } = join({
    ready: () => Promise.reject(new Error('apple.png is not a picture: it is empty.')),
  });
  await assert.rejects(
    toHost.request('ready', { page: 'x' }),
    /^RemoteError: apple.png is not a picture: it is empty\.$/,
  );
});

test('a backup brings mask and choices back, and anything else is no backup', () => {
  const mask = pack({ width: 2, height: 1, data: Uint8Array.of(255, 0) });
  const choices = { task: 'inpaint', params: { layer: 3, seed: 0 } } as const;
  const bytes = encodeBackup({ masks: [mask], choices, sidecar: 'abc' });
  assert.deepEqual(decodeBackup(bytes), { masks: [mask], choices, sidecar: 'abc' });
  assert.deepEqual(decodeBackup(encodeBackup({ region: null })), { region: null });
  assert.deepEqual(decodeBackup(encodeBackup({})), {});
  for (const broken of [new Uint8Array(), bytes.subarray(0, bytes.length - 4), Uint8Array.of(0xff, 0x0f, 0x6f)]) {
    assert.equal(decodeBackup(broken), undefined);
  }
});
