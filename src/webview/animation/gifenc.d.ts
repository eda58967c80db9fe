/** The part of gifenc that is used; it ships no types. Its other entry is a CommonJS module whose names Node does not see. */
declare module 'gifenc/dist/gifenc.esm.js' {
  /** RGB triples. */
  export type Palette = number[][];
  export function quantize(rgba: Uint8ClampedArray, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
  export function GIFEncoder(): {
    /** @param options.delay in milliseconds @param options.repeat of the first frame: 0 for ever */
    writeFrame(
      indices: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette: Palette; readonly delay: number; readonly repeat?: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
}
