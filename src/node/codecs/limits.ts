import type { ResultFormat } from './formats.ts';

/**
 * Pictures above this many megapixels are refused before they are decoded: 100 megapixels of RGBA are 400 MB, and a
 * file of a few bytes can claim any size.
 */
export const MAX_MEGAPIXELS = 100;

/** The longest side of a result, in pixels. Of JPEG it is what libjpeg reads: the format's own limit is 65,535. */
export const LARGEST_SIDE: Readonly<Record<ResultFormat, number>> = { png: 2 ** 31 - 1, jpeg: 65_500, webp: 16_383 };
