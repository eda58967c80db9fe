/** The LPIPS metric of a thin VGG16 with random weights, as `ganprior import VGG16 --lpips HEADS --out DIR` leaves it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importLpips } from '../../src/importers/index.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/metrics');

/** @returns the folder of the package, `root/lpips` */
export async function writeLpips(root: string): Promise<string> {
  const [vgg, heads] = await Promise.all(
    ['vgg16_whole_thin.pth', 'lpips_heads_thin.pth'].map(async (fileName) => ({
      file: await readFile(join(FIXTURES, fileName)),
      fileName,
    })),
  );
  const { manifest, files } = await importLpips(vgg!, heads!);
  const folder = join(root, 'lpips');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return folder;
}
