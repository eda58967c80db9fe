import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { decodeBackup, encodeBackup } from '../../../src/extension/editor/backup.ts';
import { PageExecutor } from '../../../src/extension/editor/pageExecutor.ts';
import { resultSchema } from '../../../src/shared/documentState.ts';
import {
  hostContract,
  pageContract,
  type Assignment,
  type HostContract,
  type PageContract,
} from '../../../src/shared/protocol.ts';
import type { RunHappening } from '../../../src/shared/run/reduce.ts';
import { runStateSchema } from '../../../src/shared/run/state.ts';
import { pack } from '../../../src/shared/mask/patch.ts';
import { connect, type Channel, type Handlers } from '../../../src/shared/rpc.ts';
import { begin, checkpoint, done, FakePage, manifest, openDocument, optimising, progress, settled } from './fakes.ts';

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
  start: unexpected,
  control: unexpected,
  amend: unexpected,
  keep: unexpected,
  explore: unexpected,
  tryOut: unexpected,
  thumbnails: unexpected,
  viewPart: unexpected,
  moreDirections: unexpected,
  keepTried: unexpected,
  leaveTrials: unexpected,
  askForAnimation: unexpected,
  writeAnimation: unexpected,
  save: unexpected,
  stepResult: unexpected,
  discardResult: unexpected,
  editMask: unexpected,
  editRegion: unexpected,
  findFaces: unexpected,
  forgetFaces: unexpected,
  chooseFaces: unexpected,
  loadMask: unexpected,
  saveMask: unexpected,
  chooseTruth: unexpected,
  forgetTruth: unexpected,
  compare: unexpected,
  skipCompared: unexpected,
  stopComparing: unexpected,
  saveCompared: unexpected,
  saveComparison: unexpected,
  choose: unexpected,
  gpu: unexpected,
  report: unexpected,
  broken: unexpected,
  log: unexpected,
  show: unexpected,
};
const silentPage: Handlers<PageContract> = {
  exportAnimation: unexpected,
  copyPicture: unexpected,
  execute: unexpected,
  control: unexpected,
  amend: unexpected,
  abandon: unexpected,
  notice: unexpected,
  runEvent: unexpected,
  preview: unexpected,
  hostBackend: unexpected,
  result: unexpected,
  saved: unexpected,
  maskChanged: unexpected,
  regionChanged: unexpected,
  facesChanged: unexpected,
  choicesChanged: unexpected,
  truthChanged: unexpected,
  setupChanged: unexpected,
  comparisonChanged: unexpected,
  comparedPicture: unexpected,
  compareMethods: unexpected,
  pacesChanged: unexpected,
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

test('an assignment crosses the border whole, and what is asked of it follows; late reports are dropped', async () => {
  const { document } = openDocument();
  const { plan } = await begin(document);
  const got: unknown[] = [];
  const { toPage, problems } = join(
    {},
    {
      execute: (assignment) => got.push(assignment),
      control: ({ action }) => got.push(action),
      amend: ({ amendment }) => got.push(amendment),
      abandon: () => got.push('abandon'),
    },
  );
  const executor = new PageExecutor(toPage, { worker: 'w', wasm: 'o' }, (folder, file) => `${folder}/${file}`);
  const told: unknown[] = [];
  const { checkpoint: from } = checkpoint(4) as Extract<RunEvent, { kind: 'checkpoint' }>;
  const steps = executor.execute(
    { run: 1, plan, checkpoint: from },
    { event: ({ kind }) => told.push(kind), broken: (fault) => told.push(fault) },
  );
  const { execution, ...assignment } = got[0] as Assignment;
  assert.deepEqual(assignment, {
    run: 1,
    job: plan.job,
    scene: plan.scene,
    manifest: plan.manifest,
    assets: { worker: 'w', wasm: 'o' },
    slices: manifest.slices.map(({ file }) => `${plan.folder}/${file}`),
    checkpoint: from,
  });
  executor.report(execution + 1, optimising);
  executor.report(execution, optimising);
  steps.control('pause');
  steps.amend({ iterations: 3 });
  steps.abandon();
  executor.report(execution, progress(1, 2));
  executor.broken(execution, 'device', 'late');
  assert.deepEqual(got.slice(1), ['pause', { iterations: 3 }, 'abandon']);
  assert.deepEqual(told, ['phase']);
  assert.deepEqual(problems, []);
});

test('every kind of event crosses the border whole: what a page makes, and what becomes of the run', () => {
  const events: RunEvent[] = [optimising, progress(2, 5, 4), checkpoint(2), done(10)];
  const happenings: RunHappening[] = [
    { kind: 'begun', task: 'super-resolve', params: { factor: 2 } },
    { kind: 'assigned', on: 'host', because: { why: 'gpuFailed', detail: 'lost', step: 3 } },
    { kind: 'phase', phase: 'optimising', backend: 'fake' },
    { kind: 'refused', kept: { codes: 2 }, reason: 'No memory.' },
    { kind: 'failed', message: 'broken' },
  ];
  const [atHost, atPage]: [unknown[], unknown[]] = [[], []];
  const { toHost, toPage, problems } = join(
    { report: ({ event }) => atHost.push(event) },
    { runEvent: ({ event }) => atPage.push(event) },
  );
  for (const event of events) toHost.notify('report', { execution: 1, event });
  for (const event of happenings) toPage.notify('runEvent', { run: 1, event });
  assert.deepEqual(atHost, events);
  assert.deepEqual(atPage, happenings);
  assert.deepEqual(problems, []);
});

test('run states and results keep every property', async () => {
  const { document } = openDocument();
  const page = new FakePage();
  const run = await begin(document, page, 'super-resolve', { seed: 1 });
  page.report(optimising, progress(2, 5, 4));
  assert.deepEqual(v.parse(runStateSchema, run.state), run.state);
  page.break('job', 'broken');
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
  await assert.rejects(toHost.request('start', wrong), /"start" is not understood/);
  await assert.rejects(toHost.request('start', { task: 'paint' as never, params: {} }), /not understood/);
  await assert.rejects(toHost.request('start', { task: 'colorize', params: { size: 3 } as never }), /not understood/);
});

test('what fits nothing is dropped with a word about it', async () => {
  const { hostEnd, problems } = join({});
  for (const message of [
    undefined,
    'hello',
    { type: 'ready' },
    { kind: 'notification', method: 'nothing', payload: {} },
    { kind: 'notification', method: 'report', payload: { execution: 1, event: { kind: 'progress', step: -1 } } },
    { kind: 'notification', method: 'report', payload: { execution: 1, event: travel(progress(1, NaN)) } },
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
