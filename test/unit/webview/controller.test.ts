import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { hostContract, pageContract, type HostContract } from '../../../src/shared/protocol.ts';
import type { MaskPatch } from '../../../src/shared/mask/patch.ts';
import { connect, type Channel, type Handlers } from '../../../src/shared/rpc.ts';
import { Controller } from '../../../src/webview/controller.ts';
import { runsHere, type WorkerLike } from '../../../src/webview/engine.ts';
import { assignment, result, welcome } from './support.ts';

test('the page expects to make runs where it has an adapter and may use it', () => {
  assert.ok(runsHere('auto', true) && runsHere('webgpu', true));
  assert.ok(!runsHere('cpu', true) && !runsHere('auto', false) && !runsHere('webgpu', false));
});

/** Two ends that hand each other copies, a microtask later. */
function pipe(): [Channel, Channel] {
  const ends: ((message: unknown) => void)[] = [];
  const end = (mine: number): Channel => ({
    post: (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => ends[1 - mine]!(copy));
    },
    listen: (receive) => (ends[mine] = receive),
  });
  return [end(0), end(1)];
}

type Listen = (event: MessageEvent) => void;

/** A worker that says what the test tells it to. */
class FakeWorker implements WorkerLike {
  terminated = false;
  readonly controls: unknown[] = [];
  /** What it was asked to run. */
  params: { readonly slices: readonly Uint8Array[]; readonly network?: Uint8Array } | undefined;
  #listen: Listen = () => undefined;
  #request: number | undefined;

  postMessage(message: { kind: string; id: number; payload: unknown; params: FakeWorker['params'] }): void {
    if (message.kind === 'request') {
      this.#request = message.id;
      this.params = message.params;
    } else this.controls.push(message.payload);
  }
  addEventListener(type: 'message' | 'error', listener: (event: never) => void): void {
    if (type === 'message') this.#listen = listener as Listen;
  }
  terminate(): void {
    this.terminated = true;
  }
  emit(event: RunEvent): void {
    this.#say({ kind: 'notification', method: 'event', payload: event });
  }
  answer(result: unknown): void {
    this.#say({ kind: 'response', id: this.#request!, result });
  }
  #say = (data: unknown): void => this.#listen({ data } as MessageEvent);
}

interface SetUp {
  readonly gpu?: boolean;
  readonly changes?: Partial<Handlers<HostContract>>;
  readonly fetch?: () => Promise<ArrayBuffer>;
  readonly findGpu?: () => Promise<{ name: string } | undefined>;
}

function setUp({
  gpu = true,
  changes = {},
  fetch = () => Promise.resolve(new ArrayBuffer(1)),
  findGpu = () => Promise.resolve(gpu ? { name: 'test' } : undefined),
}: SetUp = {}) {
  const calls: string[] = [];
  /** What the views are told. */
  const told: string[] = [];
  const workers: FakeWorker[] = [];
  const [here, there] = pipe();
  const host: Handlers<HostContract> = {
    ready: () => welcome,
    start: ({ task }) => {
      calls.push(`start ${task}`);
      return { run: 1 };
    },
    editMask: ({ edit }) => {
      calls.push(`editMask ${edit}`);
      return {};
    },
    editRegion: () => ({}),
    findFaces: () => ({ found: 2 }),
    forgetFaces: () => ({}),
    chooseFaces: ({ chosen }) => void calls.push(`chooseFaces ${chosen.join()}`),
    loadMask: () => ({}),
    saveMask: () => ({}),
    control: ({ action }) => {
      calls.push(`control ${action}`);
      return {};
    },
    amend: ({ params }) => {
      calls.push(`amend ${JSON.stringify(params)}`);
      return {};
    },
    askForAnimation: () => ({}),
    writeAnimation: () => ({ name: 'a.gif' }),
    keep: ({ step }) => {
      calls.push(`keep ${step}`);
      return {};
    },
    explore: () => ({ directions: [], shares: [], channels: [], agrees: false }),
    tryOut: () => assert.fail('not expected'),
    thumbnails: () => ({ pictures: {} }),
    viewPart: () => assert.fail('not expected'),
    moreDirections: () => ({}),
    keepTried: () => ({}),
    compare: ({ methods }) => {
      calls.push(`compare ${methods.join()}`);
      return {};
    },
    skipCompared: ({ comparison }) => {
      calls.push(`skip ${comparison}`);
      return {};
    },
    stopComparing: () => {
      calls.push('stopComparing');
      return {};
    },
    saveCompared: () => ({ name: 'a.png' }),
    saveComparison: () => ({}),
    leaveTrials: () => undefined,
    save: () => ({}),
    stepResult: () => ({}),
    discardResult: () => ({}),
    chooseTruth: () => ({}),
    forgetTruth: () => ({}),
    choose: ({ task }) => void calls.push(`choose ${task}`),
    gpu: ({ name }) => void calls.push(`gpu ${name}`),
    report: ({ event }) => void calls.push(`report ${event.kind}`),
    broken: ({ execution, fault, message }) => void calls.push(`broken ${execution} ${fault} ${message}`),
    log: () => undefined,
    show: () => undefined,
    ...changes,
  };
  const page = connect(there, hostContract, host, pageContract, (problem) => assert.fail(problem));
  const waiting: { holds: () => boolean; resolve: () => void }[] = [];
  const check = () => {
    for (const { holds, resolve } of waiting) if (holds()) resolve();
  };
  const controller = new Controller({
    page: 'page',
    connect: (handlers) => connect(here, pageContract, handlers, hostContract, (problem) => assert.fail(problem)),
    surroundings: {
      fetch,
      createWorker: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        setImmediate(check);
        return worker;
      },
    },
    findGpu,
    welcomed: () => undefined,
    changed: () => setImmediate(check),
    preview: ({ step }) => void told.push(`preview ${step}`),
    exportAnimation: () => void told.push('exportAnimation'),
    copyPicture: () => void told.push('copyPicture'),
    compareMethods: () => void told.push('compareMethods'),
    maskLoaded: ({ name }) => void told.push(`maskLoaded ${name}`),
    maskChanged: ({ tiles }) => void told.push(`maskChanged ${tiles.join()}`),
  });
  /** Waits for a condition on what the controller has done. */
  const until = (holds: () => boolean) =>
    holds() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ holds, resolve }));
  return { controller, page, calls, told, workers, until };
}

const optimising = { kind: 'phase', phase: 'optimising', backend: 'GPU' } as const satisfies RunEvent;
const begun = { kind: 'begun', task: 'super-resolve', params: {} } as const;
const prepared = {
  kind: 'prepared',
  iterations: 40,
  seed: 1,
  notes: ['note'],
} as const;

/** What the host tells until the page, or the host itself, makes the first step. */
function play(page: ReturnType<typeof setUp>['page'], on: 'page' | 'host' = 'page') {
  page.notify('runEvent', { run: 1, event: begun });
  page.notify('runEvent', { run: 1, event: { ...prepared, notes: [...prepared.notes] } });
  page.notify('runEvent', { run: 1, event: { kind: 'assigned', on } });
  if (on === 'page') page.notify('execute', assignment);
}

const patch: MaskPatch = { width: 8, height: 8, tiles: [0], bits: new Uint8Array() };

describe('the controller', () => {
  test('learns the mask with every welcome, and of edits elsewhere', async () => {
    const { controller, page, told } = setUp();
    await controller.begin();
    assert.deepEqual(told, ['maskLoaded a.png']);
    page.notify('maskChanged', { patch });
    await new Promise(setImmediate);
    assert.deepEqual(told, ['maskLoaded a.png', 'maskChanged 0']);
  });

  test('learns what was chosen elsewhere, and that the picture changed', async () => {
    const { controller, page, until } = setUp();
    await controller.begin();
    page.notify('choicesChanged', { task: 'colorize', params: { layer: 2 } });
    await until(() => controller.state.choices?.params.layer === 2);
    page.notify('sourceChanged', {});
    await until(() => /changed on disk/.test(controller.state.notice ?? ''));
    assert.equal(controller.state.complaint, undefined, 'which is no failure');
    page.notify('notice', { message: 'The run goes on with the mask as it was.' });
    await until(() => controller.state.notice === 'The run goes on with the mask as it was.');
    assert.equal(controller.state.complaint, undefined);
    controller.dismiss('notice');
    assert.equal(controller.state.notice, undefined);
  });

  test('takes back what the host does not take, and says why', async () => {
    const editMask = () => Promise.reject(new Error('It does not fit.'));
    const { controller, told, until } = setUp({ changes: { editMask } });
    await controller.begin();
    controller.editMask(patch, 'brush');
    await until(() => controller.state.complaint === 'It does not fit.');
    assert.ok(told.includes('maskChanged 0'));
  });

  test('keeps the region with the host, and takes back one that is refused', async () => {
    const region = { left: 0, top: 0, width: 8, height: 8 };
    const editRegion = ({ region: wanted }: { region: unknown }) => {
      if (!wanted) throw new Error('It stays.');
      return {};
    };
    const { controller, page, until } = setUp({ changes: { editRegion, ready: () => ({ ...welcome, region }) } });
    await controller.begin();
    assert.deepEqual(controller.state.region, region);
    controller.editRegion({ ...region, width: 4 });
    assert.equal(controller.state.region?.width, 4);
    controller.editRegion(undefined);
    await until(() => controller.state.complaint === 'It stays.');
    assert.equal(controller.state.region?.width, 4);
    page.notify('regionChanged', { region: null });
    await until(() => controller.state.region === undefined);
  });

  test('is drawn before anybody has found a GPU, and tells the host when it is known', async () => {
    let found: (gpu: { name: string } | undefined) => void = () => undefined;
    const { controller, calls, until } = setUp({ findGpu: () => new Promise((resolve) => (found = resolve)) });
    const begins = controller.begin();
    await until(() => controller.state.status === 'idle');
    assert.equal(calls.length, 0);
    found({ name: 'test' });
    await begins;
    await until(() => calls.includes('gpu test'));
    assert.deepEqual(controller.state.gpu, { name: 'test' });
  });

  test('learns where the host makes runs, or why it makes none', async () => {
    const { controller, calls, page, until } = setUp({ gpu: false });
    await controller.begin();
    await until(() => calls.includes('gpu null'));
    page.notify('hostBackend', { kind: 'none', problem: 'No GPU.' });
    await until(() => controller.state.hostBackend?.kind === 'none');
  });

  test('asks the host for a run, once, and shows what the host tells of it', async () => {
    const { controller, calls, page, until } = setUp();
    await controller.begin();
    const starts = controller.start('super-resolve', {});
    assert.equal(controller.state.status, 'preparing', 'at once');
    await controller.start('super-resolve', {});
    play(page, 'host');
    await starts;
    page.notify('runEvent', { run: 1, event: optimising });
    await until(() => controller.state.status === 'running');
    assert.deepEqual(calls, ['gpu test', 'start super-resolve']);
    page.notify('result', { result });
    page.notify('runEvent', { run: 1, event: { kind: 'ended', step: 40, backend: 'CPU' } });
    page.notify('runEvent', { run: 1, event: { kind: 'composed' } });
    await until(() => controller.state.status === 'done');
  });

  test('asks for a stop even before it knows of which run', async () => {
    const { controller, calls, page, until } = setUp();
    await controller.begin();
    const starts = controller.start('super-resolve', {});
    controller.control('stop');
    await starts;
    await until(() => calls.includes('control stop'));
    page.notify('runEvent', { run: 1, event: begun });
    page.notify('runEvent', { run: 1, event: { kind: 'cancelled' } });
    await until(() => controller.state.run?.status === 'cancelled');
    assert.equal(controller.state.status, 'idle');
  });

  test('says why the host refuses, and what goes on goes on', async () => {
    const start = () => Promise.reject(new Error('A run of this picture is going. Stop it first.'));
    const { controller, until, page } = setUp({ changes: { start } });
    await controller.begin();
    await controller.start('super-resolve', {});
    assert.equal(controller.state.complaint, 'A run of this picture is going. Stop it first.');
    assert.equal(controller.state.status, 'idle');
    play(page, 'host');
    page.notify('runEvent', { run: 1, event: { kind: 'failed', message: 'The layer must be from 1 to 6.' } });
    await until(() => controller.state.status === 'failed');
    assert.equal(controller.state.problem, 'The layer must be from 1 to 6.');
  });

  test('makes the steps that the host lets it make, and reports them', async () => {
    const { controller, calls, told, workers, page, until } = setUp();
    await controller.begin();
    play(page);
    await until(() => workers.length === 1);
    assert.equal(controller.state.makes, 1);
    const x = { dtype: 'float32', dims: [1, 3, 1, 1], data: new Float32Array(3) } as const;
    const shown = { picture: assignment.scene.base, at: assignment.scene.at, version: 0 };
    workers[0]!.emit({ kind: 'preview', step: 3, x, shown });
    workers[0]!.emit(optimising);
    await until(() => calls.includes('report phase'));
    assert.ok(told.includes('preview 3'));
    assert.equal(controller.state.status, 'preparing', 'the host has not said so');
    for (const action of ['pause', 'stop'] as const) page.notify('control', { execution: 5, action });
    page.notify('control', { execution: 4, action: 'resume' });
    page.notify('amend', { execution: 5, amendment: { iterations: 90 } });
    await new Promise(setImmediate);
    assert.deepEqual(workers[0]!.controls, ['pause', 'stop', { amendment: { iterations: 90 } }]);
    page.notify('abandon', { execution: 5 });
    await until(() => workers[0]!.terminated);
    assert.equal(controller.state.makes, undefined);
    workers[0]!.emit({ kind: 'note', text: 'late' });
    await new Promise(setImmediate);
    assert.ok(!calls.includes('report note'));
  });

  test('what is asked of steps whose worker does not exist yet waits for it', async () => {
    const files: ((bytes: ArrayBuffer) => void)[] = [];
    const fetch = () => new Promise<ArrayBuffer>((resolve) => files.push(resolve));
    const { controller, workers, page, until } = setUp({ fetch });
    await controller.begin();
    play(page);
    await until(() => controller.state.makes === 1);
    page.notify('control', { execution: 5, action: 'pause' });
    page.notify('amend', { execution: 5, amendment: { iterations: 90 } });
    page.notify('control', { execution: 5, action: 'stop' });
    await new Promise(setImmediate);
    assert.equal(workers.length, 0);
    for (const arrive of files) arrive(new ArrayBuffer(1));
    await until(() => workers.length === 1);
    await new Promise(setImmediate);
    assert.deepEqual(workers[0]!.controls, ['pause', { amendment: { iterations: 90 } }, 'stop']);
  });

  test('hands its worker the perceptual network of the job, beside the slices', async () => {
    const { controller, page, workers, until } = setUp();
    await controller.begin();
    page.notify('execute', { ...assignment, network: 'vgg.onnx' });
    await until(() => workers.length === 1);
    assert.equal(workers[0]!.params?.slices.length, assignment.slices.length);
    assert.equal(workers[0]!.params?.network?.length, 1);
  });

  for (const fault of ['device', 'job'] as const) {
    test(`tells the host that its steps broke (${fault}), who decides`, async () => {
      const { controller, calls, page, workers, until } = setUp();
      await controller.begin();
      play(page);
      await until(() => workers.length === 1);
      workers[0]!.answer({ kind: 'broken', fault, message: 'lost' });
      await until(() => calls.includes(`broken 5 ${fault} lost`));
      assert.ok(workers[0]!.terminated);
      assert.equal(controller.state.status, 'preparing');
    });
  }

  test('a model that cannot be loaded here may be one for the host', async () => {
    const fetch = () => Promise.reject(new Error('The file 1.onnx could not be loaded (status 404).'));
    const { controller, calls, page, until } = setUp({ fetch });
    await controller.begin();
    play(page);
    await until(() => calls.includes('broken 5 device The file 1.onnx could not be loaded (status 404).'));
  });

  test('passes changes on to the host while a run goes', async () => {
    const { controller, calls, page, until } = setUp();
    await controller.begin();
    controller.amend({ iterations: 50 });
    play(page, 'host');
    page.notify('runEvent', { run: 1, event: optimising });
    await until(() => controller.state.status === 'running');
    controller.amend({ layer: 2, codes: 12, iterations: 90 });
    await until(() => calls.includes('amend {"layer":2,"codes":12,"iterations":90}'));
    page.notify('runEvent', { run: 1, event: { kind: 'changed', change: { step: 3, iterations: 90 } } });
    await until(() => controller.state.run?.iterations === 90);
    assert.equal(calls.filter((call) => call.startsWith('amend')).length, 1);
  });

  test('a picture that cannot be read is said in its place', async () => {
    const { controller } = setUp({
      changes: {
        ready: () => {
          throw new Error('a.png is damaged.');
        },
      },
    });
    await controller.begin();
    assert.equal(controller.state.status, 'failed');
    assert.equal(controller.state.source, undefined);
    assert.equal(controller.state.problem, 'a.png is damaged.');
  });
});
