/**
 * What of a study is done: a file a cell, named by a hash of all that it depends on, so that a cell is found again by whoever asks for
 * the same, and by nobody else. A cell is written whole as soon as it is done.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Picture } from '../../engine/image/picture.ts';
import { decodePicture, encodePng, readBytes } from '../codecs/index.ts';
import { pngText } from '../codecs/png.ts';
import { writeFiles } from '../files.ts';
import { sha256 } from '../sha256.ts';

/** The keyword of the PNG text chunk that says how the cell was made. */
const KEYWORD = 'gan-prior-cell';

const madeSchema = v.object({ seconds: v.number(), steps: v.number(), backend: v.string() });
export type Made = v.InferOutput<typeof madeSchema>;

export interface Cell extends Made {
  readonly picture: Picture;
}

export class Cells {
  constructor(private readonly folder: string) {}

  /** @param depends all that the cell's picture depends on */
  file(depends: object): string {
    return join(this.folder, `${sha256(JSON.stringify(depends)).slice(0, 32)}.png`);
  }

  /** A cell that is done; nothing where it is not, or where its file is damaged. */
  async find(file: string): Promise<Cell | undefined> {
    if (!existsSync(file)) return undefined;
    try {
      const bytes = await readBytes(file);
      const made = v.parse(v.pipe(v.string(), v.parseJson(), madeSchema), pngText(bytes, KEYWORD));
      return { ...made, picture: await decodePicture(bytes, file) };
    } catch {
      return undefined;
    }
  }

  /** Writes a cell in the place of a damaged one, if there is one. */
  async keep(file: string, { picture, ...made }: Cell): Promise<void> {
    await writeFiles([[file, encodePng(picture, { [KEYWORD]: JSON.stringify(made) })]], true);
  }
}
