/** `npm run bench -- stylegan2`: what a step in W+ costs, beside PyTorch's of the published code's network, in turns. */
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { Contender } from './contender.ts';
import { formatTable, mean, median } from './table.ts';

export interface StyleGan2Case {
  readonly resolution: number;
  /** One is optimised through the whole network, several are composed at the layer. */
  readonly codes: number;
  readonly layer: number;
  readonly threads: number;
}

const CONTENDERS = {
  native: [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'styleGan2Process.ts')],
  torch: [process.env['PYTHON'] ?? 'python3', join(import.meta.dirname, 'torch_style_gan2.py')],
} as const;

interface Options {
  readonly resolution: number;
  readonly codes: number;
  readonly layer: number;
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number is needed.');
  return value;
};

export function addStyleGan2Command(program: Command): void {
  program
    .command('stylegan2')
    .description("time a step of StyleGAN2 in W+ beside PyTorch's")
    .option('--resolution <n>', 'of the network', number, 256)
    .option('--codes <n>', 'one, or several that are composed', number, 1)
    .option('--layer <n>', 'that they are composed at', number, 6)
    .option('--threads <n>', 'processor threads', number, 1)
    .option('--rounds <n>', 'turns of each', number, 3)
    .option('--steps <n>', 'steps of a turn', number, 5)
    .action(measure);
}

async function measure({ rounds, steps, ...timed }: Options): Promise<void> {
  const running: { contender: Contender; times: number[]; cpu: number[]; peak: number }[] = [];
  for (const [name, [command, ...args]] of Object.entries(CONTENDERS)) {
    try {
      const contender = await Contender.start(name, command, args, timed);
      running.push({ contender, times: [], cpu: [], peak: 0 });
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of running) {
      const { milliseconds, cpuMs = NaN, peakBytes = NaN } = await entry.contender.steps(steps);
      entry.times.push(...milliseconds);
      entry.cpu.push(cpuMs / steps);
      entry.peak = peakBytes;
    }
  }
  await Promise.all(running.map(({ contender }) => contender.stop()));
  const torch = running.find(({ contender }) => contender.name === 'torch');
  const rows = running.map(({ contender: { name, ready }, times, cpu, peak }) => [
    ...[name, ready.firstStepMs, median(times), mean(cpu), peak / 1e6],
    ...[torch && median(times) / median(torch.times), torch && mean(cpu) / mean(torch.cpu)],
  ]);
  console.log(formatTable(['contender', 'first ms', 'step ms', 'CPU ms', 'peak MB', '/ torch', 'CPU'], rows));
}
