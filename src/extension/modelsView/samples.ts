/** Strips of what models draw: from the package, or drawn once in a thread of its own and kept. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { modelHash } from '../../node/record.ts';
import { SAMPLES_FILE } from '../../node/samples.ts';
import type { StoredPackage } from '../../node/store/package.ts';
import { writeThrough } from '../../node/wholeFile.ts';

export class Samples {
  readonly #drawing = new Map<string, Promise<Uint8Array | undefined>>();

  /**
   * @param folder where strips are kept
   * @param draw of the model in a folder
   * @param warn told why there is none
   */
  constructor(
    private readonly folder: string,
    private readonly draw: (model: string) => Promise<Uint8Array>,
    private readonly warn: (problem: string) => void,
  ) {}

  /** A JPEG file; nothing for what draws no pictures, or where drawing fails. */
  async of({ generator, folder, id }: StoredPackage): Promise<Uint8Array | undefined> {
    if (!generator) return undefined;
    const key = modelHash(generator);
    const kept = join(this.folder, `${key}.jpg`);
    const found = (await read(join(folder, SAMPLES_FILE))) ?? (await read(kept));
    if (found) return found;
    // Whoever asks again while it is drawn waits for the same strip.
    const known = this.#drawing.get(key) ?? this.#make(folder, id, kept).finally(() => this.#drawing.delete(key));
    this.#drawing.set(key, known);
    return known;
  }

  async #make(model: string, id: string, kept: string): Promise<Uint8Array | undefined> {
    try {
      const strip = await this.draw(model);
      await mkdir(this.folder, { recursive: true });
      const aside = `${kept}.${randomUUID()}`;
      await writeThrough(aside, strip);
      await rename(aside, kept);
      return strip;
    } catch (error) {
      this.warn(`No pictures of ${id} to show: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}

const read = (file: string): Promise<Uint8Array | undefined> => readFile(file).catch(() => undefined);
