/** A workspace folder of small pictures, made anew for every suite. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { exifSegment, jpegFile, quarters } from '../unit/node/pictures.ts';

/** Pixels of the pictures once upright; `turned.jpg` lies on its side in the file. */
export const SIZES = { 'upright.png': [8, 4], 'other.png': [24, 24], 'turned.jpg': [37, 53] } as const;

export class Workspace {
  private constructor(readonly folder: string) {}

  static async create(settings: Readonly<Record<string, unknown>> = {}): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
    for (const name of ['upright.png', 'other.png'] as const) {
      await writeFile(join(folder, name), encode({ ...quarters(...SIZES[name]), channels: 4 }));
    }
    const [width, height] = SIZES['turned.jpg'];
    await writeFile(join(folder, 'turned.jpg'), jpegFile(quarters(height, width), [exifSegment(6)]));
    await writeFile(join(folder, 'notes.txt'), 'Something else to look at.\n');
    await mkdir(join(folder, '.vscode'));
    await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
    return new Workspace(folder);
  }

  path = (name: string): string => join(this.folder, name);

  files = async (): Promise<string[]> => (await readdir(this.folder)).sort();

  async sizeOf(name: string): Promise<[number, number]> {
    const { width, height } = decode(await readFile(this.path(name)));
    return [width, height];
  }

  remove = (): Promise<void> => rm(this.folder, { recursive: true, force: true });
}
