/** A deterministic supply of damaged files: truncations, bit flips, hostile numbers, moved and repeated pieces. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export class Mutator {
  readonly #random: RandomGenerator;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
  }

  /** One damaged copy of `file`. */
  mutate(file: Uint8Array): Uint8Array {
    const mutation = MUTATIONS[this.#below(MUTATIONS.length)]!;
    return mutation(
      Uint8Array.from(file),
      (n) => this.#below(n),
      () => this.#position(file.length),
    );
  }

  /** An index below `length`, mostly near either end: headers and directories lie there, weights between. */
  #position(length: number): number {
    const near = Math.min(length, EDGE);
    switch (this.#below(3)) {
      case 0:
        return this.#below(near);
      case 1:
        return length - 1 - this.#below(near);
      default:
        return this.#below(length);
    }
  }

  #below = (n: number): number => uniformInt(this.#random, 0, n - 1);
}

const EDGE = 2048;
const HOSTILE_32 = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x10000000];

type Mutation = (file: Uint8Array, below: (n: number) => number, position: () => number) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  function truncate(file, _, position) {
    return file.slice(0, position());
  },
  function flipBits(file, below, position) {
    for (let i = below(16); i >= 0; i--) file[position()]! ^= 1 << below(8);
    return file;
  },
  function overwrite(file, below, position) {
    for (let i = below(4); i >= 0; i--) file[position()] = below(256);
    return file;
  },
  function hostileNumber(file, below, position) {
    const view = new DataView(file.buffer);
    const at = Math.min(position(), file.length - 8);
    const value = HOSTILE_32[below(HOSTILE_32.length)]!;
    view.setUint32(at, value, true);
    if (below(2)) view.setUint32(at + 4, value, true);
    return file;
  },
  function remove(file, below, position) {
    const at = position();
    file.copyWithin(at, at + 1 + below(64));
    return file;
  },
  function repeat(file, below, position) {
    const [from, to] = [position(), position()];
    file.copyWithin(to, from, from + 1 + below(256));
    return file;
  },
  function append(file, below) {
    const longer = new Uint8Array(file.length + 1 + below(64));
    longer.set(file);
    return longer.fill(below(256), file.length);
  },
];
