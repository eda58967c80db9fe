/**
 * A cursor over a pickle in a file: little-endian numbers, counted bytes and newline-terminated text.
 *
 * Only a window of the file is in memory. Whoever reads past its end is told so by `OutsideWindow`, goes back to where the instruction
 * began, waits for `refill` and reads again. Long byte strings, which hold weights, are stepped over: what is kept of them is where they lie.
 */
import { ModelFormatError } from '../../engine/errors.ts';
import { latin1 } from '../latin1.ts';
import { MAX_PICKLE_BYTES } from '../limits.ts';
import { readRange, section, type ByteSource } from '../source.ts';
import { PickleBytes } from './values.ts';

/** The file has to be at hand up to byte `end` to go on. */
export class OutsideWindow extends Error {
  override name = 'OutsideWindow';
  constructor(readonly end: number) {
    super();
  }
}

const WINDOW = 2 ** 16;
/** Byte strings up to this length are kept; longer ones stay in the file. */
const SHORT = 256;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const NEWLINE = 0x0a;

export class PickleReader {
  #window: Uint8Array = new Uint8Array();
  #view = new DataView(this.#window.buffer);
  /** Where the window begins in the file, and where in it the next byte is: beyond its end after a long byte string. */
  #start: number;
  #at = 0;
  /** Bytes that were read, without those that were stepped over. */
  #read = 0;

  /** @param what the file's name, for errors */
  constructor(
    readonly source: ByteSource,
    offset: number,
    readonly what: string,
  ) {
    this.#start = offset;
  }

  /** The place of the next byte in the file. */
  get offset(): number {
    return this.#start + this.#at;
  }

  set offset(offset: number) {
    this.#at = offset - this.#start;
  }

  /**
   * Moves the window to the cursor.
   * @throws ModelFormatError when the file ends before, or the program is longer than any checkpoint's
   */
  async refill({ end }: OutsideWindow): Promise<void> {
    const { offset, source, what } = this;
    if (end > source.size) throw new ModelFormatError(`${what} is incomplete: download or copy it again.`);
    if (end - offset > MAX_PICKLE_BYTES || this.#read > MAX_PICKLE_BYTES) {
      throw new ModelFormatError(`${what} has a pickle of more than ${MAX_PICKLE_BYTES} bytes, without its weights.`);
    }
    const length = Math.min(Math.max(end - offset, WINDOW), source.size - offset);
    this.#window = await readRange(source, offset, length, what);
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength);
    this.#start = offset;
    this.#at = 0;
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
    return this.#window.subarray(start, start + length);
  }

  utf8 = (length: number): string => utf8.decode(this.take(length));
  latin1 = (length: number): string => latin1(this.take(length));

  bytes(length: number): PickleBytes {
    if (length <= SHORT) return PickleBytes.of(this.take(length).slice());
    const { offset, source } = this;
    if (offset + length > source.size) throw new OutsideWindow(offset + length);
    this.offset = offset + length;
    return new PickleBytes(section(source, offset, length));
  }

  /** Text up to the next newline, which is consumed. */
  line(): string {
    const end = this.#window.indexOf(NEWLINE, this.#at);
    if (end < 0) throw new OutsideWindow(this.#lookFurther());
    const text = utf8.decode(this.#window.subarray(this.#at, end));
    this.#read += text.length;
    this.#at = end + 1;
    return text;
  }

  /** Twice as far as the window goes, or to the end of the file where that is nearer. */
  #lookFurther(): number {
    const { length } = this.#window;
    const further = this.#start + Math.max(length, this.#at) + Math.max(length - this.#at, 1);
    return this.#start + length < this.source.size ? Math.min(further, this.source.size) : further;
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length > this.#window.length - start) throw new OutsideWindow(this.#start + start + length);
    this.#read += length;
    this.#at = start + length;
    return start;
  }
}
