/** Pictures: what files decode to and encode from. */

/** 8-bit RGBA, row-major, not premultiplied, upright (orientation already applied), sRGB unless `icc` says otherwise. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** width * height * 4 bytes. */
  readonly data: Uint8ClampedArray;
  /** An embedded ICC profile, carried through untouched. */
  readonly icc?: Uint8Array;
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
