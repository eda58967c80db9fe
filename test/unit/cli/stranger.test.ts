/** What a stranger may give any command: the answer is one line that names the file, and nothing is left behind. */
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedRecord } from '../../../src/node/codecs/encode.ts';
import { encodePng, readBytes } from '../../../src/node/codecs/index.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const MODEL = ['--model', TINY_MODEL, '--device', 'cpu'];
const QUICK = [...MODEL, '--codes', '1', '--iterations', '1', '--starts', '0'];
const POSIX = process.platform !== 'win32';

let [bundle, folder] = ['', ''];
before(async () => {
  bundle = await bundleCommandLine('stranger');
  folder = await mkdtemp(join(tmpdir(), 'ganprior-stranger-'));
  const picture = encodePng(quarters(16, 16));
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'a.png': picture,
    '-dash.png': picture,
    'empty.png': '',
    'empty.pth': '',
    'text.png': 'This is a letter, not a picture.',
    'text.npy': 'This is a letter, not an array.',
    'text.json': '{"a":1}',
    ...(POSIX && { 'line\nbreak.png': 'This is a letter, too.', 'sp ace %41 #?ü.png': picture }),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await mkdir(join(folder, 'folder'));
});
after(() => rm(folder, { recursive: true }));

const ganprior = (...args: readonly string[]) =>
  runCommandLine(bundle, args, folder, { GANPRIOR_HOME: join(folder, 'home') });

type Case = readonly [args: readonly string[], message: RegExp, status?: number];

const picture = (file: string): Case[] => {
  const problem: Readonly<Record<string, RegExp>> = {
    'empty.png': /empty\.png is empty\./,
    folder: /folder (cannot be read: it is a folder, not a file|holds no picture that is asked for)\./,
    'missing.png': /missing\.png cannot be read: there is no such file or folder\./,
    'text.png': /text\.png is not a PNG, JPEG, WebP or BMP picture\./,
  };
  return [
    [['reconstruct', file, ...QUICK], problem[file]!],
    [['inpaint', 'a.png', '--mask', file, ...QUICK], problem[file]!],
    [['reconstruct', 'a.png', '--truth', file, ...QUICK], problem[file]!],
    [['compare', file, '--task', 'reconstruct', ...QUICK], problem[file]!],
  ];
};

const CASES: readonly Case[] = [
  ...['empty.png', 'folder', 'missing.png', 'text.png'].flatMap(picture),
  [['reconstruct', '', ...QUICK], /"" cannot be read/],
  [
    ['reconstruct', '-dash.png', ...QUICK],
    /unknown option '-dash\.png'\. If you mean the file, write \.\/-dash\.png/,
    2,
  ],
  [['reconstruct', 'a.png', '--bogus'], /unknown option '--bogus'/, 2],
  [['bogus'], /unknown command 'bogus'/, 2],
  [['reconstruct', 'a.png', '--alpha-steps', '9999'], /--alpha-steps.*a whole number from 0 to 1000/, 2],
  [['reconstruct', 'a.png', '--codes', '1e9'], /--codes.*a whole number from 1 to 1000/, 2],
  [['reconstruct', 'a.png', '--model', 'empty.pth'], /empty\.pth is empty/],
  [['reconstruct', 'a.png', '--model', 'nobody'], /nobody is not an installed model, nor a folder/],
  [['reconstruct', 'a.png', ...QUICK, '--init', 'folder'], /folder.z\.npy cannot be read/],
  [['reconstruct', '--target', 'text.npy', ...QUICK], /text\.npy is not a NumPy array/],
  [['replay', 'a.png', 'a.png', '--out', 'o.png'], /a\.png holds no record of how it was made/],
  [['replay', 'missing.json', 'a.png', '--out', 'o.png'], /missing\.json cannot be read/],
  [['replay', 'a.png', 'a.png'], /--out <file>' not specified/, 2],
  [['generate', ...MODEL, '--codes', 'text.npy', '--out', 'o.npy'], /text\.npy is not a NumPy array/],
  [['import', 'empty.pth', '--out', 'package'], /empty\.pth is empty/],
  [['import', 'folder', '--out', 'package'], /folder is a folder, not a file/],
  [['import', 'missing.pth', '--out', 'package'], /missing\.pth cannot be read/],
  [['import', 'empty.pth', '--out', 'package', '--id', '../up'], /--id \.\.\/up: it is made of a-z/, 2],
  [['import', 'empty.pth', '--out', 'package', '--starts', '3'], /--starts 3: .*an even number/, 2],
  [['models', 'import', 'text.json'], /text\.json/],
  [['models', 'download', '../up'], /\.\.\/up is in no catalogue/],
  [['models', 'verify', '../up'], /There is no model \.\.\/up here/],
  [['models', 'remove', 'nobody'], /There is no model nobody here/],
];

test('whatever is wrong is said in one line that names it, and nothing is left behind', async () => {
  const before = await readdir(folder);
  const waiting = [...CASES];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [args, message, status = 1] = next;
      assertFails(await ganprior(...args), status, message);
    }
  };
  await Promise.all([work(), work()]);
  const left = (await readdir(folder)).filter((name) => name !== 'home');
  assert.deepEqual(left, before);
});

test('odd names are read, written and told in one line', { skip: !POSIX }, async () => {
  assertFails(await ganprior('reconstruct', 'line\nbreak.png', ...QUICK), 1, /^error: line\\nbreak\.png is not a PNG/);
  for (const [given, made] of [
    ['./-dash.png', '-dash.reconstruct.png'],
    ['sp ace %41 #?ü.png', 'sp ace %41 #?ü.reconstruct.png'],
  ] as const) {
    const { code, stderr } = await ganprior('reconstruct', given, ...QUICK);
    assert.equal(code, 0, stderr);
    assert.ok(embeddedRecord(await readBytes(join(folder, made))), made);
  }
  await writeFile(join(folder, 'line\nbreak.png'), encodePng(quarters(16, 16)));
  const { code, stdout, stderr } = await ganprior('reconstruct', 'line\nbreak.png', ...QUICK);
  assert.equal(code, 0, stderr);
  for (const line of stdout.trimEnd().split('\n')) assert.match(line, /^reconstruct line\\nbreak\.png: /);
});

test('a device is no picture', { skip: !POSIX, timeout: 60_000 }, async () => {
  assertFails(await ganprior('reconstruct', '/dev/zero', ...QUICK), 1, /\/dev\/zero cannot be read: it is a device/);
});
