/**
 * Snapshots of a run, in bounded memory. A run changes fast at first and ever slower, so the snapshots that stay lie at
 * growing distances: whatever its length, each one is about as many times further than the one before. Pure.
 */
import type { Preview } from '../../engine/tasks/index.ts';
import type { Tensor } from '../../engine/tensor.ts';

export interface Snapshot {
  /** Steps made when the picture looked like this. */
  readonly step: number;
  /** What was drawn, [1, 3, H, W] in [-1, 1]: composed at full size when it is kept. */
  readonly x: Tensor<'float32'>;
  /** What was shown of it. */
  readonly shown: Preview;
}

/** What is seen of a run; without x it is remembered nowhere. */
export type Glimpse = Omit<Snapshot, 'x'> & Partial<Pick<Snapshot, 'x'>>;

const MOST = 48;
/** Bytes that all snapshots may take: 48 of 256 x 256 are 50 MB, of 1024 x 1024 there are 5. */
const BUDGET = 100e6;

const bytesOf = ({ x, shown }: Snapshot): number => x.data.byteLength + shown.picture.data.byteLength;

export class History {
  #snapshots: Snapshot[] = [];

  /** By growing step. */
  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  /** A run that went back to a checkpoint replaces what it had made since. */
  add(snapshot: Snapshot): void {
    this.#snapshots = [...this.#snapshots.filter(({ step }) => step < snapshot.step), snapshot];
    const room = Math.min(MOST, Math.max(2, Math.floor(BUDGET / bytesOf(snapshot))));
    while (this.#snapshots.length > room) this.#snapshots.splice(this.#leastMissed(), 1);
  }

  clear(): void {
    this.#snapshots = [];
  }

  /** The one whose neighbours are the closest to each other, as a ratio; never the first or the newest. */
  #leastMissed(): number {
    const steps = this.#snapshots.map(({ step }) => step + 1);
    let best = 1;
    for (let i = 1; i < steps.length - 1; i++) {
      if (steps[i + 1]! / steps[i - 1]! < steps[best + 1]! / steps[best - 1]!) best = i;
    }
    return best;
  }
}
