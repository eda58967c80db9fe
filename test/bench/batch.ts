/** `npm run bench -- batch`: many pictures on the command line: killed and called again, one process against two shards, its memory on the way. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readRows } from '../../src/node/batch/report.ts';
import { encodePng } from '../../src/node/codecs/index.ts';
import { sha256 } from '../../src/node/sha256.ts';
import { bundleCommandLine } from '../support/commandLine.ts';
import { quarters } from '../unit/node/pictures.ts';
import { median } from './table.ts';

/** How many pictures are done after so many seconds, and what the process takes then, in MB. */
interface Sample {
  readonly seconds: number;
  readonly done: number;
  readonly megabytes: number;
}

const SHAPES = [64, 72, 80, 88, 96, 104, 112, 120].map((width) => [width, 72] as const);
const OPTIONS = ['--model', 'untrained', '--device', 'cpu', '--threads', '1'];
const SAMPLE_MS = 100;

export function addBatchCommand(program: Command): void {
  program
    .command('batch')
    .description('many pictures on the command line: killed and resumed, in two shards, and its memory')
    .option('--pictures <n>', 'how many', Number, 200)
    .option('--svg <file>', 'draw time and memory against the number of pictures')
    .action(async ({ pictures, svg }: { pictures: number; svg?: string }) => {
      const root = await mkdtemp(join(tmpdir(), 'bench-batch-'));
      try {
        await measure(root, pictures, svg);
      } finally {
        await rm(root, { recursive: true });
      }
    });
}

async function measure(root: string, count: number, svg: string | undefined): Promise<void> {
  const line = await bundleCommandLine('benchBatch');
  mkdirSync(join(root, 'scans'));
  for (let i = 0; i < count; i++) {
    writeFileSync(
      join(root, 'scans', `${String(i).padStart(4, '0')}.png`),
      encodePng(quarters(...SHAPES[i % SHAPES.length]!)),
    );
  }
  const begin = (out: string, more: readonly string[] = []): ChildProcess => {
    const args = [line, 'denoise', 'scans', '--out', out, '--report', `${out}.jsonl`, ...OPTIONS, ...more];
    return spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
  };
  const done = (out: string): number => readRows(join(root, `${out}.jsonl`)).length;

  await killed(root, count, begin, done);
  const whole = await timed(() => watched(begin('whole'), () => done('whole')));
  const halves = await timed(() =>
    Promise.all(['1/2', '2/2'].map((shard) => ended(begin(`half${shard[0]}`, ['--shard', shard])))),
  );
  console.log(
    `one process ${whole.seconds.toFixed(1)} s, two shards at once ${halves.seconds.toFixed(1)} s: ${(halves.seconds / whole.seconds).toFixed(2)}`,
  );
  const samples = whole.value;
  const between = (from: number, to: number): number =>
    median(
      samples
        .filter((sample) => sample.done >= from * count && sample.done <= to * count)
        .map((sample) => sample.megabytes),
    );
  console.log(
    `memory: ${between(0.1, 0.3).toFixed(0)} MB over the first pictures, ${between(0.8, 1).toFixed(0)} MB over the last`,
  );
  if (svg !== undefined) await writeFile(svg, draw(samples, count));
}

/** Killed three times and called again: what comes of it. */
async function killed(
  root: string,
  count: number,
  begin: (out: string) => ChildProcess,
  done: (out: string) => number,
): Promise<void> {
  const out = 'killed';
  const made = new Map<string, string>();
  let twice = 0;
  for (let part = 1; part <= 4; part++) {
    const child = begin(out);
    const until = part === 4 ? Infinity : (part * count) / 4;
    const watch = setInterval(() => done(out) >= until && child.kill('SIGKILL'), 20);
    await ended(child);
    clearInterval(watch);
    for (const [name, hash] of made) if ((await hashOf(root, out, name)) !== hash) twice++;
    for (const name of await results(root, out)) made.set(name, await hashOf(root, out, name));
  }
  const inputs = readRows(join(root, `${out}.jsonl`)).map(({ input }) => input);
  const left = (await readdir(join(root, out))).filter((name) => name.startsWith('.')).length;
  console.log(
    `killed 3 times: ${made.size} of ${count} made, ${twice} changed afterwards, ${inputs.length} rows for ${new Set(inputs).size} pictures, ${left} other files left`,
  );
}

const results = async (root: string, out: string): Promise<string[]> =>
  (await readdir(join(root, out))).filter((name) => !name.startsWith('.'));
const hashOf = async (root: string, out: string, name: string): Promise<string> =>
  sha256(await readFile(join(root, out, name)));

const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.on('close', resolve));

async function watched(child: ChildProcess, done: () => number): Promise<Sample[]> {
  const began = performance.now();
  const samples: Sample[] = [];
  const watch = setInterval(() => {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(statusOf(child.pid!)) ?? [];
    if (kilobytes === undefined) return;
    const seconds = (performance.now() - began) / 1000;
    samples.push({ seconds, done: done(), megabytes: Number(kilobytes) / 1000 });
  }, SAMPLE_MS);
  await ended(child);
  clearInterval(watch);
  return samples;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const began = performance.now();
  const value = await work();
  return { seconds: (performance.now() - began) / 1000, value };
}

/** Two panels beside each other, with the number of pictures to the right. */
function draw(samples: readonly Sample[], count: number): string {
  const panel = (left: number, name: string, of: (sample: Sample) => number): string => {
    const most = Math.max(...samples.map(of)) * 1.1;
    const x = (done: number): string => (left + (300 * done) / count).toFixed(1);
    const y = (value: number): string => (220 - (180 * value) / most).toFixed(1);
    const points = samples.map((sample) => `${x(sample.done)},${y(of(sample))}`).join(' ');
    const marks = [0, 0.5, 1].map((share) => {
      const value = (share * most) / 1.1;
      return `<text x="${left - 6}" y="${y(value)}" text-anchor="end">${value.toFixed(0)}</text><text x="${x(share * count)}" y="238" text-anchor="middle">${share * count}</text>`;
    });
    return `<text x="${left}" y="24">${name}</text><path d="M${left} 40V220H${left + 300}" fill="none" stroke="currentColor"/><polyline points="${points}" fill="none" stroke="#3b82f6" stroke-width="2"/>${marks.join('')}`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 260" font-family="sans-serif" font-size="13" color="#888" fill="#888">
${panel(50, 'seconds', ({ seconds }) => seconds)}
${panel(430, 'memory of the process, MB', ({ megabytes }) => megabytes)}
<text x="380" y="256" text-anchor="middle">pictures</text>
</svg>
`;
}
