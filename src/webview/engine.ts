/** The steps that the host lets this page make: in a worker, on its GPU. */
import type { Amendment } from '../engine/inversion/amendment.ts';
import type { RunEvent } from '../engine/inversion/job.ts';
import type { Scene } from '../engine/tasks/index.ts';
import type { Setup } from '../shared/documentState.ts';
import type { Assignment } from '../shared/protocol.ts';
import { connect, type Handlers, type Remote } from '../shared/rpc.ts';
import type { RunAction } from '../shared/run/control.ts';
import { engineContract, listenerContract } from './engineContract.ts';

export interface Listener {
  event(event: RunEvent): void;
  /** The steps are over without an outcome. `device`: another executor may succeed. */
  broken(fault: 'device' | 'job', message: string): void;
}

/** Whether the host lets a page make the steps. */
export const runsHere = (device: Setup['device'], hasAdapter: boolean): boolean => device !== 'cpu' && hasAdapter;

/** What the engine needs from its page; fetch and Worker there, fakes in tests. */
export interface Surroundings {
  fetch(uri: string): Promise<ArrayBuffer>;
  createWorker(script: ArrayBuffer): WorkerLike;
}

export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  terminate(): void;
}

type Engine = Remote<typeof engineContract>;

/** One assignment. Its worker is loaded at once; what is asked meanwhile waits for it. */
export class GpuExecution {
  #worker: WorkerLike | undefined;
  #engine: Engine | undefined;
  #waiting: ((engine: Engine) => void)[] = [];
  #disposed = false;

  constructor(
    assignment: Assignment,
    private readonly surroundings: Surroundings,
    private readonly listener: Listener,
  ) {
    this.#start(assignment).catch((error: unknown) => this.#broken('device', messageOf(error)));
  }

  control(action: RunAction): void {
    this.#tell((engine) => engine.notify('control', action));
  }

  /** Changes the run before its next step. @param scene what previews are composed with from now on */
  amend(amendment: Amendment, scene?: Scene): void {
    this.#tell((engine) => engine.notify('amend', { amendment, ...(scene && { scene }) }));
  }

  /** Ends whatever is still going on and frees what it held; the listener hears nothing more. */
  dispose(): void {
    this.#disposed = true;
    this.#worker?.terminate();
  }

  async #start({ job, scene, manifest, assets, slices, network, checkpoint }: Assignment): Promise<void> {
    const { fetch, createWorker } = this.surroundings;
    const files = [assets.worker, assets.wasm, ...slices, ...(network === undefined ? [] : [network])];
    const [script, wasm, ...weights] = await Promise.all(files.map(fetch));
    if (this.#disposed) return;
    const worker = createWorker(script!);
    this.#worker = worker;
    worker.addEventListener('error', ({ message }) => this.#broken('device', message || 'its worker crashed'));
    const handlers: Handlers<typeof listenerContract> = {
      event: (event) => this.#disposed || this.listener.event(event),
    };
    const engine = connect(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        listen: (receive) => worker.addEventListener('message', ({ data }) => receive(data)),
      },
      listenerContract,
      handlers,
      engineContract,
      (problem) => this.#broken('device', `its worker sent ${problem}`),
    );
    const params = {
      wasm: wasm!,
      manifest,
      slices: weights.slice(0, slices.length).map((bytes) => new Uint8Array(bytes)),
      ...(network !== undefined && { network: new Uint8Array(weights.at(-1)!) }),
      job,
      scene,
      ...(checkpoint && { checkpoint }),
    };
    void engine.request('run', params, [wasm!, ...weights]).then(
      (end) => (end.kind === 'broken' ? this.#broken(end.fault, end.message) : this.dispose()),
      (error: unknown) => this.#broken('device', messageOf(error)),
    );
    this.#engine = engine;
    for (const tell of this.#waiting.splice(0)) tell(engine);
  }

  #tell(tell: (engine: Engine) => void): void {
    if (this.#engine) tell(this.#engine);
    else this.#waiting.push(tell);
  }

  #broken(fault: 'device' | 'job', message: string): void {
    if (this.#disposed) return;
    this.dispose();
    this.listener.broken(fault, message);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
