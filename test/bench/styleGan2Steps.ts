/** `npm run bench -- stylegan2`: what a step in W+ costs, beside PyTorch's of the published code's network, in turns. */
import type { Command } from 'commander';
import { timeBesideTorch, wholeNumber, withTurns, type Turns } from './besideTorch.ts';

export interface StyleGan2Case {
  readonly resolution: number;
  /** One is optimised through the whole network, several are composed at the layer. */
  readonly codes: number;
  readonly layer: number;
  readonly threads: number;
}

export function addStyleGan2Command(program: Command): void {
  withTurns(
    program
      .command('stylegan2')
      .description("time a step of StyleGAN2 in W+ beside PyTorch's")
      .option('--resolution <n>', 'of the network', wholeNumber, 256)
      .option('--codes <n>', 'one, or several that are composed', wholeNumber, 1)
      .option('--layer <n>', 'that they are composed at', wholeNumber, 6),
  ).action(({ resolution, codes, layer, threads, ...turns }: StyleGan2Case & Turns) => {
    const timed: StyleGan2Case = { resolution, codes, layer, threads };
    return timeBesideTorch('styleGan2Process.ts', 'torch_style_gan2.py', timed, { threads, ...turns });
  });
}
