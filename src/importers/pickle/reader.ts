/** A cursor over the bytes of a pickle: little-endian numbers, counted bytes and newline-terminated text. */

/** The program runs past the bytes at hand; with more of the file it may go on. */
export class PickleTruncated extends Error {
  override name = 'PickleTruncated';
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const latin1 = new TextDecoder('latin1');
const NEWLINE = 0x0a;

export class PickleReader {
  readonly #view: DataView;
  offset = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8 = (): number => this.#view.getUint8(this.#advance(1));
  uint16 = (): number => this.#view.getUint16(this.#advance(2), true);
  int32 = (): number => this.#view.getInt32(this.#advance(4), true);
  uint32 = (): number => this.#view.getUint32(this.#advance(4), true);
  /** Lengths beyond 2^53 lose precision, which is harmless: no file is that long. */
  uint64 = (): number => Number(this.#view.getBigUint64(this.#advance(8), true));
  /** The one big-endian number of the format. */
  float64 = (): number => this.#view.getFloat64(this.#advance(8), false);

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  utf8 = (length: number): string => utf8.decode(this.take(length));
  latin1 = (length: number): string => latin1.decode(this.take(length));

  /** Text up to the next newline, which is consumed. */
  line(): string {
    const end = this.bytes.indexOf(NEWLINE, this.offset);
    if (end < 0) throw new PickleTruncated();
    const text = utf8.decode(this.bytes.subarray(this.offset, end));
    this.offset = end + 1;
    return text;
  }

  #advance(length: number): number {
    const start = this.offset;
    if (length > this.bytes.length - start) throw new PickleTruncated();
    this.offset = start + length;
    return start;
  }
}
