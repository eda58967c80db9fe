/** `ganprior generate`: what a generator draws for given codes, or a feed-forward network makes of a picture, as it comes. */
import { Option, type Command } from 'commander';
import type { Backend } from '../../engine/backends/backend.ts';
import { channelsOf, OpenNetwork } from '../../engine/feedForward/network.ts';
import { generate, latentOf } from '../../engine/generator/generate.ts';
import { checkLatent } from '../../engine/generator/latent.ts';
import { isFeedForward, priorOf } from '../../engine/prior.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { writeNpy } from '../../importers/npy.ts';
import { DEVICES, openBackend, type Device } from '../../node/backends.ts';
import { FileError } from '../../node/errors.ts';
import { writeFiles } from '../../node/files.ts';
import { DEFAULT_MODEL, generatorOf, openModel, type LoadedModel } from '../../node/models.ts';
import { modelRoots } from '../../node/store/home.ts';
import { readArray, shaped } from '../arrays.ts';
import { UsageError } from '../errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { numberIn } from '../parse.ts';
import { checkPlaces } from '../places.ts';
import { say } from '../thread.ts';

interface GenerateOptions {
  readonly model: string;
  readonly codes?: string;
  readonly input?: string;
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
    .summary('draw images for given codes, or pass an array through a network')
    .description(
      "Write a generator's raw output [n, 3, R, R] for an array of codes [n, size], or a feed-forward network's for a picture: " +
        '[1, 3, h, w] in [0, 1], or the lightness [1, 1, h, w] in [0, 100] of one that colours.',
    )
    .option('--model <model>', 'id, folder or checkpoint of the model', DEFAULT_MODEL)
    .option('--codes <file>', 'codes for a generator (.npy)')
    .option('--input <file>', 'a picture for a feed-forward network (.npy)')
    .requiredOption('--out <file>', 'what comes of it (.npy)')
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
    .action(async (options: GenerateOptions) => {
      const { codes, input, classes, out, force = false, device } = options;
      if ((codes === undefined) === (input === undefined)) {
        throw new UsageError('name --codes FILE for a generator, or --input FILE for a feed-forward network.');
      }
      await checkPlaces([['--out', out]], { inputs: [codes, input, classes], force });
      const model = await openModel(options.model, modelRoots());
      const backend = await openBackend(device);
      const made =
        input === undefined ? await draw(backend, model, codes!, options) : await pass(backend, model, input);
      await writeFiles([[out, writeNpy(made)]], force);
      say(`${out}: [${made.dims.join(', ')}] on ${backend.name}`);
    });
}

/** Images of codes. */
async function draw(
  backend: Backend,
  model: LoadedModel,
  codes: string,
  { latent, truncation, classes }: GenerateOptions,
): Promise<Tensor<'float32'>> {
  const generator = generatorOf(model);
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
  return generate(backend, generator, ofZ, space, {
    ...(truncation !== undefined && { truncation }),
    ...(classes !== undefined && {
      labels: shaped(await readArray(classes), [n, manifest.mapping!.classes!], classes),
    }),
  });
}

/** What a feed-forward network makes of an array. */
async function pass(backend: Backend, model: LoadedModel, input: string): Promise<Tensor<'float32'>> {
  const prior = priorOf(model.manifest, model.files);
  if (!isFeedForward(prior)) {
    throw new UsageError(`${prior.manifest.name} is a generator: give it codes (--codes), not a picture (--input).`);
  }
  const { name, colours, multiple } = prior.manifest;
  const array = await readArray(input);
  const { in: channels } = channelsOf(colours);
  const [height = 0, width = 0] = array.dims.slice(-2);
  const x = shaped(array, [1, channels, height, width], input);
  if (height < 1 || width < 1 || height % multiple !== 0 || width % multiple !== 0) {
    throw new FileError(input, `is ${width} x ${height}, but ${name} takes sides that are multiples of ${multiple}.`);
  }
  const network = await OpenNetwork.open(backend, prior);
  return network.run(x).finally(network.dispose);
}
