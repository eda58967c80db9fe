/** The chunks of a PNG file: a length, a type of four letters, the data, and a checksum of both. */
import { viewOf } from './raster.ts';

export const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** The type and the data, which the checksum is of. */
  readonly summed: Uint8Array;
  /** As stored; nothing where the file ends within the chunk. */
  readonly crc: number | undefined;
}

/** The chunks of a file up to its end chunk or its own end. What follows the end chunk is no part of the picture. */
export function chunks(bytes: Uint8Array): Chunk[] {
  const view = viewOf(bytes);
  const found: Chunk[] = [];
  for (let at = SIGNATURE.length; at + 8 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    const summed = bytes.subarray(at + 4, end);
    const type = Buffer.from(summed.subarray(0, 4)).toString('latin1');
    const crc = end + 4 <= bytes.length ? view.getUint32(end) : undefined;
    found.push({ type, data: summed.subarray(4), summed, crc });
    if (type === 'IEND') break;
    at = end + 4;
  }
  return found;
}

/** Whether a chunk is all there and its checksum right. */
export const sound = ({ summed, crc }: Chunk): boolean => crc === crc32(summed);

/** A chunk as it is stored. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The CRC of ISO 3309 that PNG uses. (`zlib.crc32` is missing from the first releases of Node 20.) */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
