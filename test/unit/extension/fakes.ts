/** A picture's document without a thread: plans are real, runs are driven by the test. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { manifestSchema } from '../../../src/engine/generator/manifest.ts';
import type { Amendment } from '../../../src/engine/inversion/amendment.ts';
import type { Outcome, RunEvent } from '../../../src/engine/inversion/job.ts';
import { prepare, sceneOf, type Scene } from '../../../src/engine/tasks/index.ts';
import { filled } from '../../../src/engine/tensor.ts';
import type { TaskId } from '../../../src/engine/generator/manifest.ts';
import type { DocumentEvent } from '../../../src/extension/document/events.ts';
import type { Assignment, Executor, Listener } from '../../../src/extension/document/executor.ts';
import { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import type { Composed, HostRun, Plan, Workshop } from '../../../src/extension/document/workshop.ts';
import { pictureOfMask } from '../../../src/node/maskFile.ts';
import { pack, unpack, type MaskPatch } from '../../../src/shared/mask/patch.ts';
import type { RunParams, Setup } from '../../../src/shared/documentState.ts';
import type { RunAction } from '../../../src/shared/run/control.ts';

export const manifest = v.parse(
  manifestSchema,
  JSON.parse(readFileSync('test/fixtures/models/tiny16/manifest.json', 'utf8')),
);

export class FakeWorkshop implements Workshop {
  device: Setup['device'] = 'auto';
  /** How many runs its thread has begun. */
  started = 0;
  readonly actions: RunAction[] = [];
  /** Checkpoint that the last host run went on from. */
  resumedFrom: number | undefined;
  emit: (event: RunEvent) => void = () => undefined;
  break: (error: Error) => void = () => undefined;
  composed: (signal?: AbortSignal) => Promise<Composed> = () =>
    Promise.resolve({ png: Uint8Array.of(1), width: 8, height: 8, record: '{}' });
  inspect: Workshop['inspect'] = () => Promise.resolve({ width: 4, height: 2 });

  /** The mask that the last run was prepared with. */
  mask: MaskPatch | undefined;
  /** Mask files are plain planes of the picture's size here. */
  decodeMask = (bytes: Uint8Array): Promise<MaskPatch> =>
    Promise.resolve(pack({ width: bytes.length / 2, height: 2, data: bytes }));
  readMask: Workshop['readMask'] = async (bytes) => ({ mask: await this.decodeMask(bytes) });
  packMask: Workshop['packMask'] = (plane) => Promise.resolve(pack(plane));
  encodeMask = (mask: MaskPatch): Promise<Uint8Array> => Promise.resolve(unpack(mask).data);

  prepare: Workshop['prepare'] = (task, { iterations = 10, seed = 3 }, mask) => {
    this.mask = mask;
    const picture = { width: 4, height: 2, data: new Uint8ClampedArray(32).fill(128) };
    const options = { layer: 2, codes: 2, iterations, seed };
    const unknown = mask && pictureOfMask(mask);
    const masked = { ...options, ...(unknown && { unknown }) };
    const prepared = prepare(task, picture, manifest, masked);
    const { frame, job } = prepared;
    return Promise.resolve<Plan>({
      ...prepared,
      manifest,
      result: { width: 4, height: 2 },
      folder: '/models/tiny16',
      source: Uint8Array.of(1),
      ...(mask && { mask }),
      scene: sceneOf(task, picture, frame, masked, { longest: 512, job }),
      options,
      changes: [],
    });
  };

  agree: Workshop['agree'] = () => Promise.resolve(true);

  observe: Workshop['observe'] = async (plan, mask) => {
    const { job, scene } = await this.prepare(plan.job.task, {}, mask);
    return { ...plan, mask, scene, job: { ...plan.job, target: job.target, ...(job.known && { known: job.known }) } };
  };

  detects = true;
  findFaces: Workshop['findFaces'] = () => Promise.resolve([]);

  readonly amendments: Amendment[] = [];

  start(_plan: Plan, checkpoint: Parameters<Workshop['start']>[1], emit: (event: RunEvent) => void): HostRun {
    this.emit = emit;
    this.started += 1;
    this.resumedFrom = checkpoint?.step;
    const done = new Promise<void>((_, reject) => (this.break = reject));
    return { control: (action) => this.actions.push(action), amend: (a) => this.amendments.push(a), done };
  }

  /** The plan of the picture composed last. */
  plan: Plan | undefined;
  x: Outcome['x'] | undefined;

  explore: Workshop['explore'] = () => Promise.reject(new Error('Nothing to try out.'));

  plain: Workshop['plain'] = () => Promise.resolve({ png: Uint8Array.of(2), width: 8, height: 8, milliseconds: 5 });
  report: Workshop['report'] = () => Promise.resolve(Uint8Array.of(3));

  compareWithTruth: Workshop['compareWithTruth'] = () => Promise.reject(new Error('Nothing to compare.'));

  /** What the last picture was composed onto: steps of the faces before. */
  earlier: number[] = [];

  compose: Workshop['compose'] = (plan, { x }, { signal, earlier = [] } = {}) => {
    this.plan = plan;
    this.x = x;
    this.earlier = earlier.map(({ outcome }) => outcome.steps);
    return this.composed(signal);
  };
}

/** A page with a GPU that makes the steps a test tells it to. */
export class FakePage implements Executor {
  readonly on = 'page';
  readonly actions: RunAction[] = [];
  readonly amendments: Amendment[] = [];
  /** Versions of the scenes that came with them. */
  readonly scenes: (number | undefined)[] = [];
  assignment: Assignment | undefined;
  abandoned = false;
  #listener: Listener | undefined;

  execute(assignment: Assignment, listener: Listener) {
    this.assignment = assignment;
    this.#listener = listener;
    this.abandoned = false;
    return {
      control: (action: RunAction) => void this.actions.push(action),
      amend: (amendment: Amendment, scene?: Scene) => {
        this.amendments.push(amendment);
        if (scene) this.scenes.push(scene.version);
      },
      abandon: () => (this.abandoned = true),
    };
  }

  report(...events: RunEvent[]): void {
    for (const event of events) this.#listener!.event(event);
  }

  break(fault: 'device' | 'job', message: string): void {
    this.#listener!.broken(fault, message);
  }
}

/** Starts a run from a page, and waits until somebody makes its steps. @param page nothing: it has no GPU */
export async function begin(
  document: ImageDocument,
  page?: FakePage,
  task: TaskId = 'super-resolve',
  params: RunParams = {},
) {
  if (page) document.runner.join(page);
  const id = document.runner.start(task, params, Promise.resolve(page));
  const run = document.runner.run!;
  if (run.state.status === 'preparing') {
    await new Promise<void>((resolve) => {
      const end = document.listen(({ kind }) => {
        if (kind !== 'run' || run.state.status === 'preparing') return;
        end();
        resolve();
      });
    });
  }
  await settled();
  if (run.id !== id || run.state.status === 'failed') throw new Error(`The run is ${JSON.stringify(run.state)}.`);
  return run;
}

export function openDocument() {
  const workshop = new FakeWorkshop();
  const document = new ImageDocument(workshop);
  const events: DocumentEvent[] = [];
  document.listen((event) => events.push(event));
  /** What happened to the run. */
  const happened = () => events.flatMap((event) => (event.kind === 'run' ? [event.event.kind] : []));
  return { workshop, document, events, happened, kinds: () => events.map(({ kind }) => kind) };
}

export const optimising: RunEvent = { kind: 'phase', phase: 'optimising', backend: 'fake' };
export const paused: RunEvent = { kind: 'phase', phase: 'paused', backend: 'fake' };

export const progress = (step: number, ...losses: number[]): RunEvent => ({
  kind: 'progress',
  step,
  iterations: 10,
  losses,
  msPerStep: 1,
  etaMs: 1,
});

export const checkpoint = (step: number): RunEvent => ({
  kind: 'checkpoint',
  checkpoint: {
    step,
    stage: { method: 'multi-code', layer: 2, codes: 2, began: 0 },
    state: { z: filled([2, 8], 0) },
  },
});

export const done = (steps: number): RunEvent & { outcome: Outcome } => ({
  kind: 'done',
  outcome: {
    x: filled([1, 3, 16, 16], 0),
    parameters: { z: filled([2, 8], 0) },
    steps,
    losses: [1],
    stopped: steps < 10,
    backend: 'fake',
    milliseconds: 5,
  },
});

/** A mask of the fake picture's 4 x 2 pixels with these marked. */
export const marking = (...marked: number[]): MaskPatch => {
  const data = new Uint8Array(8);
  for (const i of marked) data[i] = 255;
  return pack({ width: 4, height: 2, data });
};

/** The pixels that a mask marks in full. */
export const markedIn = (mask: MaskPatch | undefined): number[] =>
  mask ? [...unpack(mask).data].flatMap((value, i) => (value === 255 ? [i] : [])) : [];

/** Lets promises that are settled already take effect. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
