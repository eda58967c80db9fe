/** Exports an animation: where to, making it, writing it. One at a time; it can be given up. */
import type { Animation, Encode, Format } from './animation.ts';
import { encodeFilmstrip } from './filmstrip.ts';
import { encodeGif } from './gif.ts';
import { canEncodeWebm, encodeWebm } from './webm.ts';

export interface ExportSteps {
  /** @returns no format when the person gives up */
  ask(formats: Format[]): Promise<{ readonly format?: Format }>;
  animation(format: Format): Promise<Animation>;
  write(bytes: Uint8Array): Promise<unknown>;
  /** @param share 0 to 1; nothing: it is over */
  progress(share: number | undefined): void;
}

const ENCODERS: Readonly<Record<Format, Encode>> = { png: encodeFilmstrip, gif: encodeGif, webm: encodeWebm };

/** What moves. */
export const MOVING: readonly Format[] = canEncodeWebm ? ['gif', 'webm'] : ['gif'];

export class AnimationExporter {
  #running: AbortController | undefined;

  constructor(
    private readonly steps: ExportSteps,
    private readonly formats: readonly Format[] = MOVING,
    private readonly encoders = ENCODERS,
  ) {}

  /** Nothing happens while another one is made. */
  async start(): Promise<void> {
    if (this.#running) return;
    const { signal } = (this.#running = new AbortController());
    const { ask, animation, write, progress } = this.steps;
    try {
      const { format } = await ask([...this.formats]);
      if (!format) return;
      progress(0);
      const frames = await animation(format);
      const bytes = await this.encoders[format](frames, (count) => progress(count / frames.count), signal);
      await write(bytes);
    } catch (error) {
      // The reason of an abort is what was thrown: the person knows.
      if (!signal.aborted) throw error;
    } finally {
      this.#running = undefined;
      progress(undefined);
    }
  }

  cancel(): void {
    this.#running?.abort();
  }
}
