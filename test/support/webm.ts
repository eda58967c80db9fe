/** What a WebM file holds, as far as tests ask. */

export interface Webm {
  readonly type: string;
  /** Of its tracks: "V_VP9". */
  readonly codecs: readonly string[];
  readonly width: number;
  readonly height: number;
  /** When each frame is shown, in the file's time units: milliseconds, unless it says otherwise. */
  readonly times: readonly number[];
  /** In the same units; nothing: the file does not say, so players cannot tell or seek. */
  readonly duration: number | undefined;
}

/** Elements that hold others. Their end need not be known: what follows them cannot be taken for a part of them. */
const CONTAINERS = new Set([0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0xe0, 0x1f43b675, 0xa0]);

/** @throws when it is no EBML */
export function readWebm(file: Uint8Array): Webm {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const found = { type: '', codecs: [] as string[], width: 0, height: 0, times: [] as number[] };
  let duration: number | undefined;
  let cluster = 0;
  for (let at = 0; at < bytes.length;) {
    const idLength = Math.clz32(bytes[at]!) - 23;
    const id = bytes.readUIntBE(at, idLength);
    const sizeLength = Math.clz32(bytes[at + idLength]!) - 23;
    const start = at + idLength + sizeLength;
    if (CONTAINERS.has(id)) {
      at = start;
      continue;
    }
    // A size of more than 6 bytes is not readable as one number; no such element is that large.
    const size = Number(BigInt.asUintN(7 * sizeLength, BigInt(`0x${bytes.toString('hex', at + idLength, start)}`)));
    const content = bytes.subarray(start, start + size);
    const number = () => content.readUIntBE(0, size);
    if (id === 0x4282) found.type = content.toString('latin1');
    else if (id === 0x86) found.codecs.push(content.toString('latin1'));
    else if (id === 0xb0) found.width = number();
    else if (id === 0xba) found.height = number();
    else if (id === 0x4489) duration = size === 4 ? content.readFloatBE() : content.readDoubleBE();
    else if (id === 0xe7) cluster = number();
    // A block begins with its track's number, of one byte for the first tracks, and its time in the cluster.
    else if (id === 0xa3 || id === 0xa1) found.times.push(cluster + content.readInt16BE(1));
    at = start + size;
  }
  if (!found.type) throw new Error('This is no EBML file.');
  return { ...found, duration };
}
