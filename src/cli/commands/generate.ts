/** `ganprior generate --codes z.npy --out x.npy`: what a generator draws for given codes, as it comes. */
import { Option, type Command } from 'commander';
import { generate } from '../../engine/generator/generate.ts';
import { writeNpy } from '../../importers/npy.ts';
import { DEVICES, openBackend, type Device } from '../../node/backends.ts';
import { writeFiles } from '../../node/files.ts';
import { DEFAULT_MODEL, generatorOf, openModel } from '../../node/models.ts';
import { modelRoots } from '../../node/store/home.ts';
import { readArray, shaped } from '../arrays.ts';
import { checkPlaces } from '../places.ts';
import { say } from '../thread.ts';

interface GenerateOptions {
  readonly model: string;
  readonly codes: string;
  readonly out: string;
  readonly force?: boolean;
  readonly device: Device;
}

export function addGenerateCommand(program: Command): void {
  program
    .command('generate')
    .summary('draw images for given codes')
    .description("Write the generator's raw output [n, 3, R, R] for an array of codes [n, zDim].")
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .requiredOption('--codes <file>', 'codes (.npy)')
    .requiredOption('--out <file>', 'images (.npy)')
    .option('--force', 'replace an existing file')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .action(async ({ model, codes, out, force = false, device }: GenerateOptions) => {
      await checkPlaces([['--out', out]], { inputs: [codes], force });
      const z = await readArray(codes);
      const generator = generatorOf(await openModel(model, modelRoots()));
      const n = z.dims.length > 1 ? z.dims[0]! : 1;
      const backend = await openBackend(device);
      const images = await generate(backend, generator, shaped(z, [n, generator.manifest.latent.size], codes));
      await writeFiles([[out, writeNpy(images)]], force);
      say(`${out}: [${images.dims.join(', ')}] on ${backend.name}`);
    });
}
