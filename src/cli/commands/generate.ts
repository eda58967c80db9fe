/** `ganprior generate --codes z.npy --out x.npy`: what a generator draws for given codes, as it comes. */
import { Option, type Command } from 'commander';
import { generate, latentOf } from '../../engine/generator/generate.ts';
import { checkLatent } from '../../engine/generator/latent.ts';
import { writeNpy } from '../../importers/npy.ts';
import { DEVICES, openBackend, type Device } from '../../node/backends.ts';
import { FileError } from '../../node/errors.ts';
import { writeFiles } from '../../node/files.ts';
import { DEFAULT_MODEL, generatorOf, openModel } from '../../node/models.ts';
import { modelRoots } from '../../node/store/home.ts';
import { readArray, shaped } from '../arrays.ts';
import { LIMITS } from '../../shared/limits.ts';
import { numberIn } from '../parse.ts';
import { checkPlaces } from '../places.ts';
import { say } from '../thread.ts';

interface GenerateOptions {
  readonly model: string;
  readonly codes: string;
  readonly out: string;
  readonly latent: 'z' | 'w';
  readonly truncation?: number;
  readonly classes?: string;
  readonly force?: boolean;
  readonly device: Device;
}

export function addGenerateCommand(program: Command): void {
  program
    .command('generate')
    .summary('draw images for given codes')
    .description("Write the generator's raw output [n, 3, R, R] for an array of codes [n, size].")
    .option('--model <model>', 'id, folder or checkpoint of the generator', DEFAULT_MODEL)
    .requiredOption('--codes <file>', 'codes (.npy)')
    .requiredOption('--out <file>', 'images (.npy)')
    .addOption(
      new Option('--latent <space>', 'of a StyleGAN: w takes styles, [n, size] or [n, layers, size]')
        .choices(['z', 'w'])
        .default('z'),
    )
    .option(
      '--truncation <psi>',
      'of a StyleGAN: how far styles are from their mean (1: as drawn)',
      numberIn(LIMITS.truncation),
    )
    .option('--classes <file>', 'of a model with classes: one of them for each code, [n, classes] (.npy)')
    .option('--force', 'replace an existing file')
    .addOption(new Option('--device <device>', 'where to run').choices(DEVICES).default('auto'))
    .action(async ({ model, codes, out, latent, truncation, classes, force = false, device }: GenerateOptions) => {
      await checkPlaces([['--out', out]], { inputs: [codes, ...(classes === undefined ? [] : [classes])], force });
      const generator = generatorOf(await openModel(model, modelRoots()));
      const given = await readArray(codes);
      const { manifest } = generator;
      checkLatent(manifest, { latent, ...(truncation !== undefined && { truncation }) });
      if (classes !== undefined && !manifest.mapping?.classes) {
        throw new FileError(classes, `holds classes, but ${manifest.name} has none: leave out --classes.`);
      }
      // One code may be given as a row alone, or with further axes of 1.
      const n = given.dims.length > 1 ? given.dims[0]! : 1;
      const ofZ = latent === 'z' ? shaped(given, [n, manifest.latent.size], codes) : given;
      const space = latentOf(generator, ofZ.dims, latent);
      const backend = await openBackend(device);
      const images = await generate(backend, generator, ofZ, space, {
        ...(truncation !== undefined && { truncation }),
        ...(classes !== undefined && {
          labels: shaped(await readArray(classes), [n, manifest.mapping!.classes!], classes),
        }),
      });
      await writeFiles([[out, writeNpy(images)]], force);
      say(`${out}: [${images.dims.join(', ')}] on ${backend.name}`);
    });
}
