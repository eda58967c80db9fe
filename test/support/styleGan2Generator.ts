/** StyleGAN2 generators in memory: those of the published code's numbers, and ones of any size with random weights. */
import { Generator } from '../../src/engine/generator/generator.ts';
import { packageFiles } from '../../src/engine/generator/manifest.ts';
import { locate } from '../../src/importers/locate.ts';
import { writePackage, type ImportedPackage } from '../../src/importers/package.ts';
import { toSource } from '../../src/importers/source.ts';
import { openStateDicts } from '../../src/importers/stateDicts.ts';
import { readNvidia } from '../../src/importers/stylegan2/nvidia.ts';
import { planStyleGan2 } from '../../src/importers/stylegan2/program.ts';
import { readRosinality } from '../../src/importers/stylegan2/rosinality.ts';
import { styleGan2File } from './styleGan2Fixtures.ts';

export async function styleGan2Package(bytes: Uint8Array, fileName: string): Promise<ImportedPackage> {
  const dicts = await openStateDicts(toSource(bytes), fileName);
  const [nvidia] = locate(dicts, 'synthesis.b4.const');
  const [rosinality] = locate(dicts, 'input.input');
  const network = nvidia ? await readNvidia(nvidia, fileName) : await readRosinality(rosinality!, fileName);
  return writePackage(planStyleGan2(network, fileName), { fileName });
}

export const loaded = ({ manifest, files }: ImportedPackage): Generator =>
  Generator.load(
    manifest,
    packageFiles(manifest).map(({ file }) => files.get(file)!),
  );

/** @param file of test/fixtures/stylegan2 */
export const publishedGenerator = async (file: string): Promise<Generator> =>
  loaded(await styleGan2Package(await styleGan2File(file), file));
