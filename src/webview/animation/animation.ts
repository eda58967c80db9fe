/** What an animation is, whatever its file format. */

/** A PNG file is a filmstrip. */
export const FORMATS = ['png', 'gif', 'webm'] as const;
export type Format = (typeof FORMATS)[number];

/** How a run went, or the way from its result to what is tried out. */
export type Subject = 'run' | 'changes';

export interface Animation {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** The pixels of a frame; the same buffer may be used again for the next one. */
  frame(index: number): ImageData;
}

/** How long a frame is shown, in milliseconds; the last one for a moment longer. */
export const delayOf = (index: number, count: number): number => (index === count - 1 ? 2000 : 100);

/** @param done frames, of all @throws AbortError when the signal says so */
export type Encode = (animation: Animation, done: (count: number) => void, signal: AbortSignal) => Promise<Uint8Array>;
