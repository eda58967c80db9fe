/** Adds a bank of starts to a package: `npx tsx scripts/addBank.ts FOLDER [COUNT]`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { withBank } from '../src/importers/bank.ts';
import { openBackend } from '../src/node/backends.ts';
import { loadModel, readManifest } from '../src/node/models.ts';
import { MANIFEST } from '../src/node/packageFile.ts';

async function main([folder, count = '4000']: readonly string[]): Promise<void> {
  if (!folder) throw new Error('Usage: addBank.ts FOLDER [COUNT]');
  const before = await readManifest(folder);
  const { files: slices } = await loadModel({ folder, manifest: before });
  const files = new Map(before.slices.map(({ file }, i) => [file, slices[i]!]));
  const { manifest, files: all } = await withBank(await openBackend('cpu'), { manifest: before, files }, Number(count));
  const { file, bytes } = manifest.bank!;
  await writeFile(join(folder, file), all.get(file)!);
  await writeFile(join(folder, MANIFEST), await format(JSON.stringify(manifest), { parser: 'json', printWidth: 120 }));
  console.log(`${join(folder, file)}: ${count} starts, ${bytes} bytes`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
