/**
 * Who makes a run: this page, in a worker on its GPU, or the extension host. Both look the same to the controller:
 * started with a prepared run, told to pause or stop, thrown away.
 */
import type { Amendment } from '../engine/inversion/amendment.ts';
import type { RunEvent } from '../engine/inversion/job.ts';
import type { Setup, Welcome } from '../shared/documentState.ts';
import type { HostContract, Prepared, RunAction } from '../shared/protocol.ts';
import { connect, type Handlers, type Remote } from '../shared/rpc.ts';
import { engineContract, listenerContract } from './engineContract.ts';

export interface Listener {
  event(event: RunEvent): void;
  /** The run is over without an outcome. `device`: another executor may succeed. */
  broken(fault: 'device' | 'job', message: string): void;
}

export interface Executor {
  readonly where: 'here' | 'host';
  /** @throws when the run cannot be started at all */
  start(prepared: Prepared): Promise<void>;
  control(action: RunAction): void;
  /** Changes the run before its next step. */
  amend(amendment: Amendment): void;
  /** Ends whatever is still going on and frees what it held; the listener hears nothing more. */
  dispose(): void;
}

/**
 * `auto` and `webgpu` prefer the page: it is on the machine in front of the user, also when the workspace is remote. The
 * host is the one who knows whether it has a GPU of its own, and refuses "webgpu" if it has not.
 */
export const chooseExecutor = (device: Setup['device'], hasAdapter: boolean): Executor['where'] =>
  device !== 'cpu' && hasAdapter ? 'here' : 'host';

/** What the GPU executor needs from its page; fetch and Worker there, fakes in tests. */
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

export class GpuExecutor implements Executor {
  readonly where = 'here';
  #worker: WorkerLike | undefined;
  #engine: Remote<typeof engineContract> | undefined;
  #disposed = false;
  /** Changes that came before there was a worker to tell. */
  #early: Amendment[] = [];

  constructor(
    private readonly assets: Welcome['assets'],
    private readonly surroundings: Surroundings,
    private readonly listener: Listener,
  ) {}

  async start({ job, manifest, slices, network, checkpoint }: Prepared): Promise<void> {
    const { fetch, createWorker } = this.surroundings;
    const files = [this.assets.worker, this.assets.wasm, ...slices, ...(network === undefined ? [] : [network])];
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
    this.#engine = engine;
    const params = {
      wasm: wasm!,
      manifest,
      slices: weights.slice(0, slices.length).map((bytes) => new Uint8Array(bytes)),
      ...(network !== undefined && { network: new Uint8Array(weights.at(-1)!) }),
      job,
      ...(checkpoint && { checkpoint }),
    };
    void engine.request('run', params, [wasm!, ...weights]).then(
      (end) => (end.kind === 'broken' ? this.#broken(end.fault, end.message) : this.dispose()),
      (error: unknown) => this.#broken('device', error instanceof Error ? error.message : String(error)),
    );
    for (const amendment of this.#early.splice(0)) engine.notify('amend', amendment);
  }

  amend(amendment: Amendment): void {
    if (this.#engine) this.#engine.notify('amend', amendment);
    else this.#early.push(amendment);
  }

  control(action: RunAction): void {
    this.#engine?.notify('control', action);
  }

  dispose(): void {
    this.#disposed = true;
    this.#worker?.terminate();
  }

  #broken(fault: 'device' | 'job', message: string): void {
    if (this.#disposed) return;
    this.dispose();
    this.listener.broken(fault, message);
  }
}

/** Asks the host; its events arrive as the document's `runEvent`s, so there is nothing to listen to here. */
export class HostExecutor implements Executor {
  readonly where = 'host';
  #run: number | undefined;

  constructor(private readonly host: Remote<HostContract>) {}

  async start({ run }: Pick<Prepared, 'run'>): Promise<void> {
    this.#run = run;
    await this.host.request('runOnHost', { run });
  }

  control(action: RunAction): void {
    if (this.#run === undefined) return;
    // A run that ended in the meantime cannot be controlled any more, and needs not.
    this.host.request('control', { run: this.#run, action }).catch(() => undefined);
  }

  /** The host changes its own run by itself. */
  amend(): void {
    return;
  }

  dispose(): void {
    this.#run = undefined;
  }
}
