/** Run lengths: what an edit changes is mostly long runs of one value, which a general packer takes its time over. */

/** Each run as its value and its length: 7 bits a byte, the lowest first, the highest bit says that more follow. */
export function encodeRuns(data: Uint8Array): Uint8Array {
  // A run of n bytes takes at most n + 1.
  const out = new Uint8Array(2 * data.length);
  let at = 0;
  for (let i = 0; i < data.length;) {
    const value = data[i]!;
    const start = i;
    while (i < data.length && data[i] === value) i++;
    out[at++] = value;
    let length = i - start;
    for (; length > 127; length >>>= 7) out[at++] = (length & 127) | 128;
    out[at++] = length;
  }
  return out.slice(0, at);
}

/** @returns nothing when the runs do not make exactly `size` bytes */
export function decodeRuns(runs: Uint8Array, size: number): Uint8Array | undefined {
  const data = new Uint8Array(size);
  let filled = 0;
  for (let at = 0; at < runs.length;) {
    const value = runs[at++]!;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = runs[at++];
      if (byte === undefined || shift > 28) return undefined;
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    if (filled + length > size) return undefined;
    data.fill(value, filled, filled + length);
    filled += length;
  }
  return filled === size ? data : undefined;
}
