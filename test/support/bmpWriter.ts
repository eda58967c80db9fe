/** BMP files of every header, depth and way of packing, written apart from the decoder under test, with their pixels. */

export interface BmpFile {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: Buffer;
  /** RGBA as it has to come out. */
  readonly pixels: Uint8ClampedArray;
}

/** OS/2 1 and 2 (short and whole), Windows 3 to 5. */
const HEADERS = [12, 16, 40, 52, 56, 64, 108, 124];

type Masks = readonly [number, number, number, number];
const MASKS: Readonly<Record<number, readonly Masks[]>> = {
  16: [
    [0x7c00, 0x3e0, 0x1f, 0],
    [0xf800, 0x7e0, 0x1f, 0],
    [0xf00, 0xf0, 0xf, 0xf000],
  ],
  32: [
    [0xff0000, 0xff00, 0xff, 0],
    [0xff0000, 0xff00, 0xff, 0xff000000],
    [0xff, 0xff00, 0xff0000, 0xff000000],
    [0x3ff00000, 0xffc00, 0x3ff, 0],
  ],
};

const SIZES = [
  [1, 1],
  [5, 3],
  [8, 4],
  [33, 17],
] as const;

export function* bmpCorpus(): Generator<BmpFile> {
  for (const header of HEADERS) {
    for (const topDown of header === 12 ? [false] : [false, true]) {
      for (const [width, height] of SIZES) {
        const shape = { header, topDown, width, height };
        for (const bits of [1, 2, 4, 8]) yield indexed(shape, bits);
        if (header >= 40) {
          yield runs(shape, 4);
          yield runs(shape, 8);
        }
        yield coloured(shape, 24);
        for (const bits of header === 12 || header === 16 ? [32] : [16, 32]) {
          yield coloured(shape, bits);
          if (header === 64 || header < 40) continue;
          for (const masks of MASKS[bits]!) {
            if (masks[3] === 0 || header >= 56) yield coloured(shape, bits, masks);
          }
        }
      }
    }
  }
}

interface Shape {
  readonly header: number;
  readonly topDown: boolean;
  readonly width: number;
  readonly height: number;
}

const noise = (x: number, y: number): number => ((x * 73 + y * 151 + x * y * 29 + 11) * 2654435761) >>> 0;
const paletteByte = (i: number): number => (i * 89 + 31) & 255;

/** Colours of the palette's indices, blue first, as they are stored. */
const palette = (header: number, colours: number): Buffer =>
  Buffer.from(
    Array.from({ length: colours }, (_, i) =>
      [0, 1, 2].map((c) => paletteByte(3 * i + c)).concat(header === 12 ? [] : [0]),
    ).flat(),
  );
const indexedColour = (i: number): number[] => [
  paletteByte(3 * i + 2),
  paletteByte(3 * i + 1),
  paletteByte(3 * i),
  255,
];

function indexed(shape: Shape, bits: number): BmpFile {
  const { width } = shape;
  const index = (x: number, y: number) => noise(x, y) % 2 ** bits;
  const rows = rowsOf(shape, (y) => {
    const row = Buffer.alloc(Math.ceil((width * bits) / 32) * 4);
    for (let x = 0; x < width; x++) row[(x * bits) >> 3]! |= index(x, y) << (8 - bits - ((x * bits) & 7));
    return row;
  });
  return written(shape, bits, 0, palette(shape.header, 2 ** bits), rows, (x, y) => indexedColour(index(x, y)));
}

/** Every row begins with a run, goes on with literal values, and ends with single ones. */
function runs(shape: Shape, bits: number): BmpFile {
  const { width } = shape;
  const run = Math.min(width, 6);
  const literal = Math.min(width - run, 7) >= 3 ? Math.min(width - run, 7) : 0;
  const index = (x: number, y: number) => noise(x < run ? x % (bits === 4 ? 2 : 1) : x, y) % 2 ** bits;
  const rows = rowsOf(shape, (y, stored) => {
    const at = (x: number) => index(x, y);
    const pair = (x: number) => (bits === 8 ? at(x) : (at(x) << 4) | (x + 1 < width ? at(x + 1) : 0));
    const out = [run, pair(0)];
    if (literal) {
      out.push(0, literal);
      const bytes = [];
      for (let i = 0; i < literal; i += bits === 8 ? 1 : 2) bytes.push(pair(run + i));
      out.push(...bytes, ...(bytes.length % 2 ? [0] : []));
    }
    for (let x = run + literal; x < width; x++) out.push(1, bits === 8 ? at(x) : at(x) << 4);
    return Buffer.from([...out, 0, stored === shape.height - 1 ? 1 : 0]);
  });
  const compression = bits === 8 ? 1 : 2;
  return written(shape, bits, compression, palette(shape.header, 2 ** bits), rows, (x, y) =>
    indexedColour(index(x, y)),
  );
}

function coloured(shape: Shape, bits: number, masks?: Masks): BmpFile {
  const { width } = shape;
  const effective = masks ?? (bits === 16 ? MASKS[16]![0]! : MASKS[32]![0]!);
  const value = (x: number, y: number) => (bits === 32 ? noise(x, y) : noise(x, y) % 2 ** bits);
  const rows = rowsOf(shape, (y) => {
    const row = Buffer.alloc(Math.ceil((width * bits) / 32) * 4);
    for (let x = 0; x < width; x++) row.writeUIntLE(value(x, y), (x * bits) / 8, bits / 8);
    return row;
  });
  const colour = (x: number, y: number) =>
    effective.map((mask) => {
      if (mask === 0) return 255;
      const shift = Math.log2(mask & -mask) || 0;
      return Math.round((((value(x, y) & mask) >>> Math.abs(shift)) * 255) / (mask >>> Math.abs(shift)));
    });
  return written(shape, bits, masks ? 3 : 0, Buffer.alloc(0), rows, colour, masks);
}

function rowsOf({ height, topDown }: Shape, row: (y: number, stored: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: height }, (_, i) => row(topDown ? i : height - 1 - i, i)));
}

function written(
  { header, topDown, width, height }: Shape,
  bits: number,
  compression: number,
  colours: Buffer,
  rows: Buffer,
  colour: (x: number, y: number) => readonly number[],
  masks?: Masks,
): BmpFile {
  const behind = masks && header === 40 ? 12 : 0;
  const offset = 14 + header + behind + colours.length;
  const file = Buffer.alloc(offset);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(offset + rows.length, 2);
  file.writeUInt32LE(offset, 10);
  file.writeUInt32LE(header, 14);
  if (header === 12) {
    file.writeUInt16LE(width, 18);
    file.writeUInt16LE(height, 20);
    file.writeUInt16LE(1, 22);
    file.writeUInt16LE(bits, 24);
  } else {
    file.writeInt32LE(width, 18);
    file.writeInt32LE(topDown ? -height : height, 22);
    file.writeUInt16LE(1, 26);
    file.writeUInt16LE(bits, 28);
    if (header >= 40) {
      file.writeUInt32LE(compression, 30);
      file.writeUInt32LE(rows.length, 34);
      file.writeInt32LE(11_811, 38);
      file.writeInt32LE(11_811, 42);
    }
    if (masks) for (let i = 0; i < (header >= 56 ? 4 : 3); i++) file.writeUInt32LE(masks[i]!, 54 + 4 * i);
  }
  colours.copy(file, 14 + header + behind);
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set(colour(x, y), (y * width + x) * 4);
  const packing = masks ? `m${masks.map((mask) => mask.toString(16)).join('-')}` : `c${compression}`;
  const name = [`h${header}`, `b${bits}`, packing, topDown ? 'down' : 'up', `${width}x${height}`].join('_');
  return { name, width, height, file: Buffer.concat([file, rows]), pixels };
}
