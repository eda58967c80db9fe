/** A part of many pictures, for one machine of several. */
export interface Shard {
  /** 0 to count - 1. */
  readonly index: number;
  readonly count: number;
}

/** What there is to do for a picture, in pixels; 0 where that cannot be told. */
export interface Weighed {
  /** Its place below the folder that was named: the same on every machine. */
  readonly within: string;
  readonly pixels: number;
}

/**
 * One of `count` parts that have about as many pixels each: the largest picture first, each to the part that has the least so far.
 * Every machine that lists the same files makes the same parts, in whatever order it lists them.
 */
export function shardOf<T extends Weighed>(pictures: readonly T[], { index, count }: Shard): T[] {
  const sums = new Float64Array(count);
  const numbers = new Uint32Array(count);
  const mine = new Set<T>();
  const byWeight = [...pictures].sort((a, b) => b.pixels - a.pixels || (a.within < b.within ? -1 : 1));
  for (const picture of byWeight) {
    let least = 0;
    for (let i = 1; i < count; i++) {
      if (sums[i]! < sums[least]! || (sums[i] === sums[least] && numbers[i]! < numbers[least]!)) least = i;
    }
    sums[least]! += picture.pixels;
    numbers[least]!++;
    if (least === index) mine.add(picture);
  }
  return pictures.filter((picture) => mine.has(picture));
}
