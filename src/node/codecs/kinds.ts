/** What a file is, by its content. */
import { bmp } from './bmp.ts';
import { jpeg } from './jpeg.ts';
import { png } from './png.ts';
import { startsWith, type Codec } from './raster.ts';
import { webp } from './webp.ts';

export interface Kind {
  /** As people write it. */
  readonly name: string;
  /** How files of this kind are read, where they are. */
  readonly codec?: Codec;
}

/** Each text (Latin-1) with the place where files of the kind have it. */
type Signature = readonly (readonly [at: number, text: string])[];

const start = (text: string): Signature => [[0, text]];
/** The containers of ISO base media files name their brand behind the first box's length and type. */
const brand = (name: string): Signature => [
  [4, 'ftyp'],
  [8, name],
];

const KINDS: readonly (readonly [Kind, ...Signature[]])[] = [
  [{ name: 'PNG', codec: png }, start('\x89PNG\r\n\x1a\n')],
  [{ name: 'JPEG', codec: jpeg }, start('\xff\xd8\xff')],
  [{ name: 'WebP', codec: webp }, [...start('RIFF'), [8, 'WEBP']]],
  [{ name: 'BMP', codec: bmp }, start('BM')],
  [{ name: 'GIF' }, start('GIF8')],
  [{ name: 'TIFF' }, start('II*\0'), start('MM\0*'), start('II+\0'), start('MM\0+')],
  [{ name: 'AVIF' }, brand('avif'), brand('avis')],
  [{ name: 'HEIC' }, ...['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'].map(brand)],
  [{ name: 'JPEG XL' }, start('\xff\x0a'), start('\0\0\0\x0cJXL ')],
  [{ name: 'JPEG 2000' }, start('\0\0\0\x0cjP  '), start('\xff\x4f\xff\x51')],
  [{ name: 'Photoshop' }, start('8BPS')],
  [{ name: 'icon' }, start('\0\0\x01\0')],
  [{ name: 'SVG' }, start('<svg'), start('<?xml')],
  [{ name: 'PDF' }, start('%PDF')],
];

export const kindOf = (bytes: Uint8Array): Kind | undefined =>
  KINDS.find(([, ...signatures]) =>
    signatures.some((signature) => signature.every(([at, text]) => startsWith(bytes, text, at))),
  )?.[0];
