/** Generators that people have and that cannot be imported: each is called by its name. */
import { ModelFormatError } from '../engine/errors.ts';
import { locate } from './locate.ts';
import type { StateDict } from './torch/stateDict.ts';

interface OtherGenerator {
  readonly title: string;
  /** A parameter that every one of them has. */
  readonly anchor: string;
}

/** The first that is found names the file: StyleGAN-XL has the layers of StyleGAN3, too. */
const OTHERS: readonly OtherGenerator[] = [
  { title: 'a StyleGAN-XL', anchor: 'mapping.embed_proj.weight' },
  { title: 'a StyleGAN3', anchor: 'synthesis.input.freqs' },
  { title: 'a StyleGAN of the first generation', anchor: 'generator.progression.0.conv1.conv.weight_orig' },
  { title: 'a StyleGAN of the first generation', anchor: 'g_synthesis.blocks.4x4.const' },
];

/** @throws ModelFormatError when the file holds a generator that is known and not supported */
export function refuseOtherGenerators(dicts: ReadonlyMap<string, StateDict>, what: string): void {
  for (const { title, anchor } of OTHERS) {
    if (!locate(dicts, anchor).next().done) {
      throw new ModelFormatError(`${what} is ${title}, which is not supported. StyleGAN2 and PGGAN can be imported.`);
    }
  }
}
