/**
 * Pictures above this many megapixels are refused before they are decoded: 100 megapixels of RGBA are 400 MB, and a
 * file of a few bytes can claim any size.
 */
export const MAX_MEGAPIXELS = 100;
