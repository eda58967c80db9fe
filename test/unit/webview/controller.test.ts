import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { hostContract, pageContract, type HostContract } from '../../../src/shared/protocol.ts';
import type { MaskPatch } from '../../../src/shared/mask/patch.ts';
import { connect, type Channel, type Handlers } from '../../../src/shared/rpc.ts';
import { Controller } from '../../../src/webview/controller.ts';
import { chooseExecutor, type WorkerLike } from '../../../src/webview/engine.ts';
import { prepared, result, welcome } from './support.ts';

test('the page runs it where it has an adapter and may use it', () => {
  assert.equal(chooseExecutor('auto', true), 'here');
  assert.equal(chooseExecutor('webgpu', true), 'here');
  assert.equal(chooseExecutor('cpu', true), 'host');
  assert.equal(chooseExecutor('auto', false), 'host');
  assert.equal(chooseExecutor('webgpu', false), 'host');
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

function setUp({ gpu = true, changes = {} }: { gpu?: boolean; changes?: Partial<Handlers<HostContract>> } = {}) {
  const calls: string[] = [];
  /** What the views are told. */
  const told: string[] = [];
  const workers: FakeWorker[] = [];
  const [here, there] = pipe();
  const host: Handlers<HostContract> = {
    ready: () => welcome,
    prepare: () => prepared,
    resume: () => prepared,
    editMask: ({ edit }) => {
      calls.push(`editMask ${edit}`);
      return {};
    },
    editRegion: () => ({}),
    loadMask: () => ({}),
    saveMask: () => ({}),
    runOnHost: ({ run }) => {
      calls.push(`runOnHost ${run}`);
      return {};
    },
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
    save: () => ({}),
    stepResult: () => ({}),
    discardResult: () => ({}),
    chooseTruth: () => ({}),
    forgetTruth: () => ({}),
    choose: ({ task }) => void calls.push(`choose ${task}`),
    report: ({ event }) => void calls.push(`report ${event.kind}`),
    failed: ({ message }) => void calls.push(`failed ${message}`),
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
      fetch: () => Promise.resolve(new ArrayBuffer(1)),
      createWorker: () => {
        const worker = new FakeWorker();
        workers.push(worker);
        setImmediate(check);
        return worker;
      },
    },
    findGpu: () => Promise.resolve(gpu ? { name: 'test' } : undefined),
    welcomed: () => undefined,
    changed: () => setImmediate(check),
    preview: (step) => void told.push(`preview ${step}`),
    exportAnimation: () => void told.push('exportAnimation'),
    copyPicture: () => void told.push('copyPicture'),
    maskLoaded: ({ name }) => void told.push(`maskLoaded ${name}`),
    maskChanged: ({ tiles }) => void told.push(`maskChanged ${tiles.join()}`),
  });
  /** Waits for a condition on what the controller has done. */
  const until = (holds: () => boolean) =>
    holds() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ holds, resolve }));
  return { controller, page, calls, told, workers, until };
}

const optimising: RunEvent = { kind: 'phase', phase: 'optimising', backend: 'GPU' };

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

  test('a command chooses inpainting and waits for the person to paint', async () => {
    const choices = { task: 'inpaint', params: {} } as const;
    const { controller, calls } = setUp({ changes: { ready: () => ({ ...welcome, choices, start: 'inpaint' }) } });
    await controller.begin();
    assert.deepEqual(controller.state.choices, choices);
    assert.deepEqual(calls, [], 'nobody chose it here');
    assert.equal(controller.state.status, 'idle');
  });

  test('runs in its worker and reports to the host', async () => {
    const { controller, calls, workers, until, page } = setUp();
    await controller.begin();
    await controller.start('super-resolve', {});
    workers[0]!.emit(optimising);
    assert.equal(controller.state.status, 'running');
    controller.control('pause');
    assert.deepEqual(workers[0]!.controls, ['pause']);
    controller.control('stop');
    assert.equal(controller.state.status, 'finishing');
    page.notify('result', { result });
    await until(() => controller.state.status === 'done');
    assert.deepEqual(calls, ['report phase']);
  });

  test('hands its worker the perceptual network of the job, beside the slices', async () => {
    const host = { prepare: () => ({ ...prepared, network: 'vgg.onnx' }) };
    const { controller, workers } = setUp({ changes: host });
    await controller.begin();
    await controller.start('super-resolve', { perceptual: 'vgg16' });
    assert.equal(workers[0]!.params?.slices.length, prepared.slices.length);
    assert.equal(workers[0]!.params?.network?.length, 1);
  });

  test('passes changes on to the host, and those of the host to its worker', async () => {
    const { controller, calls, workers, page, until } = setUp();
    await controller.begin();
    controller.amend({ iterations: 50 });
    await controller.start('super-resolve', {});
    workers[0]!.emit(optimising);
    controller.amend({ layer: 2, codes: 12, iterations: 90 });
    await until(() => calls.includes('amend {"layer":2,"codes":12,"iterations":90}'));
    page.notify('amend', { run: 1, amendment: { layer: 2, codes: 12, iterations: 90 } });
    page.notify('amend', { run: 2, amendment: { iterations: 70 } });
    page.notify('runChanged', { run: 1, change: { step: 3, iterations: 90 } });
    await new Promise(setImmediate);
    assert.deepEqual(workers[0]!.controls, [{ layer: 2, codes: 12, iterations: 90 }]);
    assert.equal(controller.state.run?.iterations, 90);
    assert.deepEqual(
      calls.filter((call) => call.startsWith('amend')),
      ['amend {"layer":2,"codes":12,"iterations":90}'],
    );
  });

  test('without an adapter the host runs it, and the page says so', async () => {
    const { controller, calls, workers, page, until } = setUp({ gpu: false });
    await controller.begin();
    await controller.start('super-resolve', {});
    assert.deepEqual(calls, ['runOnHost 1']);
    assert.equal(workers.length, 0);
    assert.match(controller.state.run!.notes.join(), /No GPU here that this page can use.*processor/);
    page.notify('runEvent', { run: 1, event: optimising });
    await until(() => controller.state.status === 'running');
  });

  test('when the GPU fails the host goes on with the same run', async () => {
    const { controller, calls, workers, until } = setUp();
    await controller.begin();
    await controller.start('super-resolve', {});
    workers[0]!.emit(optimising);
    workers[0]!.answer({ kind: 'broken', fault: 'device', message: 'device lost' });
    await until(() => calls.includes('runOnHost 1'));
    assert.equal(controller.state.run?.where, 'host');
    assert.match(controller.state.run!.notes.join(), /device lost/);
    assert.ok(workers[0]!.terminated);
    assert.ok(!calls.some((call) => call.startsWith('failed')));
  });

  test('a job that cannot be done anywhere fails, and the host hears why', async () => {
    const { controller, calls, workers, until } = setUp();
    await controller.begin();
    await controller.start('super-resolve', {});
    workers[0]!.answer({ kind: 'broken', fault: 'job', message: 'diverged' });
    await until(() => controller.state.status === 'failed' && calls.length > 0);
    assert.equal(controller.state.problem, 'diverged');
    assert.deepEqual(calls, ['failed diverged']);
  });

  test('stop before the first step cancels: the worker ends, nothing is kept', async () => {
    const { controller, workers } = setUp();
    await controller.begin();
    await controller.start('super-resolve', {});
    controller.control('stop');
    assert.equal(controller.state.status, 'idle');
    assert.ok(workers[0]!.terminated);
    workers[0]!.emit(optimising);
    assert.equal(controller.state.status, 'idle');
  });

  test('a refusal of the host is shown', async () => {
    const { controller } = setUp({
      changes: {
        prepare: () => {
          throw new Error('The layer must be from 1 to 6.');
        },
      },
    });
    await controller.begin();
    await controller.start('super-resolve', {});
    assert.equal(controller.state.status, 'failed');
    assert.equal(controller.state.problem, 'The layer must be from 1 to 6.');
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
