/**
 * Decoded pixels beside those of Pillow (libjpeg-turbo, libwebp, its own PNG and BMP readers), where Debian's is installed:
 * at least 300 files of each format. JPEG files are written by libjpeg itself, which takes a C compiler.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { decodePicture } from '../../../src/node/codecs/index.ts';
import { bmpCorpus } from '../../support/bmpWriter.ts';
import { pngCorpus } from '../../support/pngWriter.ts';

const PYTHON = '/usr/bin/python3';
const SUPPORT = join(import.meta.dirname, '../../support');
const run = promisify(execFile);

const succeeds = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const noPillow = succeeds(PYTHON, '-c', 'from PIL import features; assert features.check("webp")')
  ? false
  : `${PYTHON} has no Pillow with WebP`;
const noLibjpeg =
  existsSync('/usr/include/jpeglib.h') && succeeds('cc', '--version') ? false : 'no C compiler with libjpeg';

let folder: string;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'ganprior-oracle-'))));
after(() => rm(folder, { recursive: true }));

interface Comparison {
  /** Files that Pillow reads. */
  readonly compared: number;
  readonly refusedByPillow: number;
  /** Files by their largest difference of a sample, of 255. */
  readonly differences: ReadonlyMap<number, readonly string[]>;
}

/** Colours under full transparency do not count. */
async function compare(files: string, ...options: string[]): Promise<Comparison> {
  const { stdout } = await run(PYTHON, [join(SUPPORT, 'pillow.py'), files, ...options], { maxBuffer: 1 << 26 });
  const names = (await readdir(files)).filter((name) => name.endsWith('.rgba'));
  const differences = new Map<number, string[]>();
  for (const name of names) {
    const file = name.slice(0, -'.rgba'.length);
    const expected = await readFile(join(files, name));
    const { data } = await decodePicture(await readFile(join(files, file)), file);
    assert.equal(data.length, expected.length, file);
    let largest = 0;
    for (let i = 0; i < data.length; i++) {
      if (data[i | 3] === 0 && expected[i | 3] === 0) continue;
      largest = Math.max(largest, Math.abs(data[i]! - expected[i]!));
    }
    differences.set(largest, [...(differences.get(largest) ?? []), file]);
  }
  return { compared: names.length, refusedByPillow: stdout.split('\n').filter(Boolean).length, differences };
}

function check({ compared, refusedByPillow, differences }: Comparison, tolerance: (file: string) => number): string {
  for (const [difference, files] of differences) {
    for (const file of files) assert.ok(difference <= tolerance(file), `${file} differs by ${difference}`);
  }
  const counts = [...differences]
    .sort(([a], [b]) => a - b)
    .map(([difference, files]) => `${files.length} by ${difference}`);
  return `${compared} files differ at most: ${counts.join(', ')}; Pillow refuses ${refusedByPillow} more`;
}

const subfolder = async (name: string): Promise<string> => {
  await mkdir(join(folder, name));
  return join(folder, name);
};

test('PNG', { skip: noPillow }, async (t) => {
  const files = await subfolder('png');
  for (const { name, kind, file } of pngCorpus()) {
    // Pillow looks for no transparent colour among 16 bits.
    if (!(kind.depth === 16 && kind.keyed)) await writeFile(join(files, `${name}.png`), file);
  }
  const comparison = await compare(files);
  assert.ok(comparison.compared >= 300);
  // Of 16 bits Pillow takes the upper 8.
  t.diagnostic(check(comparison, (file) => (file.includes('_d16_') ? 1 : 0)));
});

test('BMP', { skip: noPillow }, async (t) => {
  const files = await subfolder('bmp');
  for (const { name, file } of bmpCorpus()) await writeFile(join(files, `${name}.bmp`), file);
  const comparison = await compare(files);
  assert.ok(comparison.compared >= 300);
  // Of 5 and 6 bits Pillow cuts off what is beyond 8.
  t.diagnostic(check(comparison, (file) => (file.includes('_b16_') ? 1 : 0)));
});

test('JPEG', { skip: noPillow || noLibjpeg }, async (t) => {
  const files = await subfolder('jpeg');
  const program = join(folder, 'writeJpegs');
  await run('cc', ['-O1', join(SUPPORT, 'writeJpegs.c'), '-ljpeg', '-lm', '-o', program]);
  const lines: string[] = [];
  for (const [space, samplings] of [
    ['ycc', ['11', '21', '22', '41', '12', '42', '24']],
    ['grey', ['11']],
    ['rgb', ['11']],
    ['cmyk', ['11', '22']],
    ['ycck', ['11', '21', '22']],
  ] as const) {
    for (const sampling of samplings) {
      for (const restart of [0, 1, 7]) {
        for (const progressive of [0, 1]) {
          for (const size of ['1 1', '7 5', '16 31', '33 18', '47 9', '70 50']) {
            const seed = lines.length + 1;
            const name = `${space}_${sampling}_r${restart}_${progressive ? 'p' : 'b'}_${size.replace(' ', 'x')}.jpg`;
            lines.push([name, size, space, sampling, restart, progressive, seed % 2, 60 + (seed % 40), seed].join(' '));
          }
        }
      }
    }
  }
  const writing = run(program, [files]);
  writing.child.stdin!.end(`${lines.join('\n')}\n`);
  await writing;
  const comparison = await compare(files);
  assert.equal(comparison.compared, lines.length);
  assert.ok(comparison.compared >= 300);
  // Chroma of half the height is enlarged with another rounding by the releases of libjpeg-turbo.
  t.diagnostic(check(comparison, (file) => (file.includes('_12_') ? 2 : 0)));
});

test('WebP', { skip: noPillow }, async (t) => {
  const comparison = await compare(await subfolder('webp'), '--webp');
  assert.ok(comparison.compared >= 300);
  t.diagnostic(check(comparison, () => 0));
});
