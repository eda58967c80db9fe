/**
 * Random access to the files of a zip archive (with the 64-bit extension), for PyTorch checkpoints and .npz.
 * Only the directory is read up front, and what it promises is bounded before anything is unpacked.
 */
import { inflateSync } from 'fflate';
import { ModelFormatError } from '../../engine/errors.ts';
import { MAX_ARCHIVE_FILES, MAX_INFLATION, SMALL_ENTRY_BYTES } from '../limits.ts';
import { readRange, type ByteSource } from '../source.ts';

export interface ZipEntry {
  readonly name: string;
  readonly stored: boolean;
  /** Sizes in bytes: as packed in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where the entry's local header begins. */
  readonly header: number;
}

const END = 0x06054b50;
const END_LENGTH = 22;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_LENGTH = 30;
/** A 32-bit field that says "see the 64-bit one". */
const ELSEWHERE = 0xffffffff;

export class ZipArchive {
  private constructor(
    readonly entries: ReadonlyMap<string, ZipEntry>,
    private readonly source: ByteSource,
    private readonly what: string,
  ) {}

  /** @throws ModelFormatError when the directory is damaged or promises too much */
  static async open(source: ByteSource, what: string): Promise<ZipArchive> {
    const tailStart = Math.max(0, source.size - END_LENGTH - 0xffff);
    const tail = view(await readRange(source, tailStart, source.size - tailStart, what));
    let end = tail.byteLength - END_LENGTH;
    while (end >= 0 && tail.getUint32(end, true) !== END) end--;
    if (end < 0) throw new ModelFormatError(`${what} is an incomplete archive: download or copy it again.`);

    let count = tail.getUint16(end + 10, true);
    let size = tail.getUint32(end + 12, true);
    let offset = tail.getUint32(end + 16, true);
    if (end >= 20 && tail.getUint32(end - 20, true) === LOCATOR64) {
      const end64 = view(await readRange(source, uint64(tail, end - 12), 56, what));
      if (end64.getUint32(0, true) !== END64) throw damaged(what);
      count = uint64(end64, 32);
      size = uint64(end64, 40);
      offset = uint64(end64, 48);
    }
    if (count > MAX_ARCHIVE_FILES)
      throw new ModelFormatError(`${what} holds ${count} files, which no checkpoint does.`);

    const directory = await readRange(source, offset, size, what);
    const entries = readDirectory(directory, count, what);
    const unpacked = entries.reduce((sum, entry) => sum + entry.size, 0);
    if (unpacked > Math.max(SMALL_ENTRY_BYTES, source.size * MAX_INFLATION)) {
      throw new ModelFormatError(
        `${what} would unpack to ${unpacked} bytes from ${source.size}; it is not a checkpoint.`,
      );
    }
    return new ZipArchive(new Map(entries.map((entry) => [entry.name, entry])), source, what);
  }

  /** The `length` bytes of an entry from `offset` (all of it by default). Packed entries are unpacked as a whole. */
  async read(entry: ZipEntry, offset = 0, length = entry.size - offset): Promise<Uint8Array> {
    if (offset + length > entry.size) throw damaged(this.what);
    const header = view(await readRange(this.source, entry.header, LOCAL_LENGTH, this.what));
    if (header.getUint32(0, true) !== LOCAL_HEADER) throw damaged(this.what);
    const start = entry.header + LOCAL_LENGTH + header.getUint16(26, true) + header.getUint16(28, true);
    if (entry.stored) return readRange(this.source, start + offset, length, this.what);
    const unpacked = inflate(await readRange(this.source, start, entry.packed, this.what), entry.size, this.what);
    return unpacked.subarray(offset, offset + length);
  }
}

function readDirectory(bytes: Uint8Array, count: number, what: string): ZipEntry[] {
  const directory = view(bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + 46 > bytes.length || directory.getUint32(at, true) !== DIRECTORY_ENTRY) throw damaged(what);
    const nameLength = directory.getUint16(at + 28, true);
    const extraLength = directory.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + directory.getUint16(at + 32, true);
    if (next > bytes.length) throw damaged(what);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const method = directory.getUint16(at + 10, true);
    const encrypted = (directory.getUint16(at + 8, true) & 1) !== 0;
    if (encrypted || (method !== 0 && method !== 8)) {
      throw new ModelFormatError(
        `${what} holds "${name}" in a form that is not supported (encrypted or method ${method}).`,
      );
    }
    const extra = view(bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    const fields = [
      directory.getUint32(at + 24, true),
      directory.getUint32(at + 20, true),
      directory.getUint32(at + 42, true),
    ];
    const [size, packed, header] = widen(fields, extra, what) as [number, number, number];
    if (method === 0 && size !== packed) throw damaged(what);
    entries.push({ name, stored: method === 0, packed, size, header });
    at = next;
  }
  return entries;
}

/** Takes from the 64-bit extra field, in order, what the 32-bit fields leave out. */
function widen(fields: readonly number[], extra: DataView, what: string): number[] {
  if (!fields.includes(ELSEWHERE)) return [...fields];
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== ELSEWHERE) return field;
      if (from + 8 > extra.byteLength) throw damaged(what);
      from += 8;
      return uint64(extra, from - 8);
    });
  }
  throw damaged(what);
}

function inflate(packed: Uint8Array, size: number, what: string): Uint8Array {
  try {
    // The size of `out` bounds what is written, whatever the stream goes on to claim.
    const unpacked = inflateSync(packed, { out: new Uint8Array(size) });
    if (unpacked.length === size) return unpacked;
  } catch (error) {
    throw new ModelFormatError(`${what} is damaged: a file in it cannot be unpacked.`, { cause: error });
  }
  throw damaged(what);
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const uint64 = (from: DataView, at: number): number => Number(from.getBigUint64(at, true));
const damaged = (what: string): ModelFormatError =>
  new ModelFormatError(`${what} is a damaged archive: download or copy it again.`);
