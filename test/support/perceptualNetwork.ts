/** The thin VGG16 of the fixtures as a package on disk, as a download leaves it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importPerceptual } from '../../src/importers/index.ts';
import { referenceFile } from './reference.ts';

/** @returns the folder of the package, `root/id` */
export async function writeNetwork(root: string, id: string): Promise<string> {
  const fileName = 'vgg16_thin.pth';
  const { manifest, files } = await importPerceptual(await referenceFile(fileName), { fileName, id });
  const folder = join(root, id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return folder;
}
