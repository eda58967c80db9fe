/**
 * What takes long on a large mask (packing an edit, changing all of it) is done in a worker, so that the page stays
 * awake. Without one the page does it itself: slower to the touch, the same bytes.
 */
import * as v from 'valibot';
import { deltaOf, packDelta, tilesWithin, type MaskDelta, type MaskPatch } from '../../shared/mask/patch.ts';
import type { MaskPlane, Rect } from '../../shared/mask/plane.ts';
import { connect, moving, type Contract, type Handlers, type Remote } from '../../shared/rpc.ts';
import { maskPatchSchema } from '../../shared/schemas.ts';
import { feather, fillAll, grow, invert, shrink } from './regions.ts';
import { ACTIONS, type MaskAction } from './tools.ts';
import type { WorkerLike } from '../engine.ts';
import type { Size } from '../stage/zoom.ts';

const bytes: v.GenericSchema<Uint8Array<ArrayBuffer>> = v.instance(Uint8Array) as never;
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const maskWorkContract = {
  requests: {
    /** Packs an edit. */
    pack: {
      params: v.object({ width: count, height: count, tiles: v.array(count), runs: bytes }),
      result: maskPatchSchema,
    },
    /** Changes a whole mask; `data` is what it becomes. Without a patch it is as it was. */
    change: {
      params: v.object({ action: v.picklist(ACTIONS), edge: count, width: count, height: count, data: bytes }),
      result: v.object({ data: bytes, patch: v.exactOptional(maskPatchSchema) }),
    },
  },
  notifications: {},
} as const satisfies Contract;

const CHANGES: Readonly<Record<MaskAction, (plane: MaskPlane, edge: number) => Rect | undefined>> = {
  fill: (plane) => fillAll(plane, 255),
  clear: (plane) => fillAll(plane, 0),
  invert,
  grow,
  shrink,
  feather,
};

export const maskWork: Handlers<typeof maskWorkContract> = {
  pack: (delta) => packDelta(delta),
  change({ action, edge, width, height, data }) {
    const plane = { width, height, data };
    const before = { width, height, data: data.slice() };
    const changed = CHANGES[action](plane, edge);
    const delta = changed && deltaOf(before, plane, tilesWithin(plane, changed));
    return moving({ data, ...(delta && { patch: packDelta(delta) }) }, [data.buffer]);
  },
};

const nothing = { requests: {}, notifications: {} } as const satisfies Contract;

export class MaskWork {
  #remote: Promise<Remote<typeof maskWorkContract> | undefined> | undefined;
  /** Edits keep their order, whatever each of them takes. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param createWorker starts `worker.ts`; asked once, when there is first something to do */
  constructor(private readonly createWorker: () => Promise<WorkerLike>) {}

  pack(delta: MaskDelta): Promise<MaskPatch> {
    return this.#inOrder(async () => {
      const remote = await this.#connected();
      const params = { ...delta, tiles: [...delta.tiles] };
      return remote ? remote.request('pack', params) : maskWork.pack(params);
    });
  }

  /** @param data of the mask, which it takes: what comes back is in its place, even where nothing changed */
  change(
    action: MaskAction,
    { width, height }: Size,
    data: Uint8Array<ArrayBuffer>,
    edge: number,
  ): Promise<{ data: Uint8Array<ArrayBuffer>; patch?: MaskPatch }> {
    const params = { action, edge, width, height, data };
    return this.#inOrder(async () => {
      const remote = await this.#connected();
      return remote ? remote.request('change', params, [data.buffer]) : maskWork.change(params);
    });
  }

  /** Resolves when everything asked for so far is done. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #connected(): Promise<Remote<typeof maskWorkContract> | undefined> {
    return (this.#remote ??= this.#start().catch(() => undefined));
  }

  async #start(): Promise<Remote<typeof maskWorkContract>> {
    const worker = await this.createWorker();
    const remote = connect(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        listen: (receive) => worker.addEventListener('message', ({ data }) => receive(data)),
      },
      nothing,
      {},
      maskWorkContract,
      (problem) => console.warn(`The mask worker sent ${problem}.`),
    );
    worker.addEventListener('error', ({ message }) => {
      remote.close(message || 'The mask worker stopped.');
      this.#remote = Promise.resolve(undefined);
    });
    return remote;
  }
}
