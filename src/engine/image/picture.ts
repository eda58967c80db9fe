/** Pictures: what files decode to and encode from. */

/** 8-bit RGBA, row-major, not premultiplied, upright (orientation already applied), sRGB unless the rest says otherwise. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** width * height * 4 bytes. */
  readonly data: Uint8ClampedArray;
  /** An embedded ICC profile, carried through untouched. */
  readonly icc?: Uint8Array;
  /** What a PNG file says of its colours beside a profile (gAMA, cHRM, sRGB, cICP), as stored, carried through untouched. */
  readonly pngColour?: Readonly<Record<string, Uint8Array>>;
  /** Carried through untouched. */
  readonly density?: Density;
}

/** How large pixels are meant to be shown: pixels a metre, or without a unit the proportions of one (height : width). */
export interface Density {
  readonly x: number;
  readonly y: number;
  readonly unit: 'metre' | 'none';
}

/** Planar float channels: `data[c * height * width + y * width + x]`, in the generator's range [-1, 1]. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
