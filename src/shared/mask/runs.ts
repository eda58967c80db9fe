/** Run lengths: what an edit changes is mostly long runs of one value, which a general packer takes its time over. */

/** Writes each run as its value and its length: 7 bits a byte, the lowest first, the highest bit says that more follow. */
export class RunEncoder {
  #out = new Uint8Array(1024);
  #at = 0;
  #value = 0;
  #length = 0;

  /** Goes on with so many bytes of one value. */
  add(value: number, length: number): void {
    if (value === this.#value) {
      this.#length += length;
      return;
    }
    this.#flush();
    this.#value = value;
    this.#length = length;
  }

  end(): Uint8Array<ArrayBuffer> {
    this.#flush();
    this.#length = 0;
    return this.#out.slice(0, this.#at);
  }

  #flush(): void {
    if (this.#length === 0) return;
    // A value, and the length in at most eight bytes.
    if (this.#at + 9 > this.#out.length) {
      const larger = new Uint8Array(2 * this.#out.length);
      larger.set(this.#out);
      this.#out = larger;
    }
    this.#out[this.#at++] = this.#value;
    let length = this.#length;
    for (; length > 127; length = Math.floor(length / 128)) this.#out[this.#at++] = (length & 127) | 128;
    this.#out[this.#at++] = length;
  }
}

/** Tells each run, in order. @returns whether all of them are whole */
export function forEachRun(runs: Uint8Array, tell: (value: number, length: number) => void): boolean {
  for (let at = 0; at < runs.length;) {
    const value = runs[at++]!;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = runs[at++];
      if (byte === undefined || shift > 28) return false;
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    tell(value, length);
  }
  return true;
}
