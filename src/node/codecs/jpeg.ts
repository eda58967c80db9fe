/** JPEG: baseline and progressive, grey, colour, CMYK and YCCK in; baseline colour out. */
import { encode } from 'jpeg-js';
import type { Picture } from '../../engine/image/picture.ts';
import { decodeJpeg } from './jpegDecoder.ts';
import { densityOf, exifOf, frameOf, jfifSegment, profileOf, profileSegments, xmpSegment } from './jpegSegments.ts';
import { TRUNCATED, type Codec } from './raster.ts';

/** Baseline, extended and progressive, all with Huffman codes; other ways of coding are hardly used. */
const CODINGS = [0xc0, 0xc1, 0xc2];

/** Every 8 x 8 pixels take at least one bit. */
const MOST_PACKED = 512;

export const jpeg: Codec = {
  header(bytes) {
    const { width, height, components } = frameOf(bytes);
    return {
      width,
      height,
      orientation: exifOf(bytes)?.orientation ?? 1,
      notes:
        components === 4
          ? [
              'The picture has the colours of a print (CMYK): they are turned into those of a screen without its profile.',
            ]
          : [],
    };
  },

  async decode(bytes) {
    const { coding, precision, width, height, components } = frameOf(bytes);
    if (precision !== 8) throw new Error(`it has ${precision} bits a colour: save it with 8, or as PNG`);
    if (!CODINGS.includes(coding) || ![1, 3, 4].includes(components)) {
      throw new Error('it is a rare kind of JPEG: save it as baseline JPEG, or as PNG');
    }
    // Before anything is allocated: a header may promise any size.
    if (width * height > bytes.length * MOST_PACKED) throw new Error(TRUNCATED);
    const data = await decodeJpeg(bytes, { width, height });
    const [icc, density] = [profileOf(bytes), densityOf(bytes)];
    return { width, height, data, ...(icc && { icc }), ...(density && { density }) };
  },
};

/**
 * What is transparent lies on white: JPEG knows no transparency.
 * @param quality 1 to 100
 * @param xmp at most `MAX_JPEG_XMP` bytes
 */
export function encodeJpeg(picture: Picture, quality: number, xmp?: Uint8Array): Uint8Array {
  const { width, height, icc, density } = picture;
  const { data } = encode({ width, height, data: Buffer.from(onWhite(picture.data)) }, quality);
  const start = [jfifSegment(density), ...(xmp ? [xmpSegment(xmp)] : []), ...(icc ? profileSegments(icc) : [])];
  // In the place of the encoder's own JFIF segment, which has to come first.
  const rest = 4 + data.readUInt16BE(4);
  return Uint8Array.from(Buffer.concat([data.subarray(0, 2), ...start, data.subarray(rest)]));
}

function onWhite(data: Uint8ClampedArray): Uint8ClampedArray {
  return data.map((value, i) => {
    const alpha = data[i | 3]! / 255;
    return i % 4 === 3 ? 255 : value * alpha + 255 * (1 - alpha);
  });
}
