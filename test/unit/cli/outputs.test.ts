import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../src/cli/errors.ts';
import { writeFiles, writeWhole } from '../../../src/cli/files.ts';
import { outputFiles } from '../../../src/cli/outputs.ts';
import { FileError } from '../../../src/node/errors.ts';

const inFolder = (run: (folder: string) => Promise<void>) => async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganprior-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

test('results go beside the image, into a folder, or to a named file', () => {
  assert.deepEqual(outputFiles(['a/b.jpg'], 'inpaint', undefined), ['a/b.inpaint.png']);
  assert.deepEqual(outputFiles(['a/b.jpg', 'c.d.webp'], 'inpaint', 'results'), [
    'results/b.inpaint.png',
    'results/c.d.inpaint.png',
  ]);
  assert.deepEqual(outputFiles(['b.jpg'], 'inpaint', 'x/y.png'), ['x/y.png']);
});

test('outputs that collide, replace a source, or have no format to write are refused before anything runs', () => {
  const refuses = (images: string[], out: string | undefined, message: RegExp) =>
    assert.throws(
      () => outputFiles(images, 'colorize', out),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
  refuses(['a/x.png', 'b/x.jpg'], 'results/', /b\/x\.jpg and a\/x\.png would both become/);
  refuses(['a.png', 'b.png'], 'one.png', /one file, but there are 2 images/);
  refuses(['a.png'], './a.png', /would replace the source a\.png/);
  refuses(['a.png'], 'b.gif', /PNG/);
});

test(
  'a file is written whole, makes its folder, and is only replaced by force',
  inFolder(async (folder) => {
    const file = join(folder, 'new', 'a.bin');
    await writeWhole(file, new Uint8Array([1, 2]), false);
    await assert.rejects(writeWhole(file, new Uint8Array([3]), false), /exists already/);
    assert.deepEqual([...(await readFile(file))], [1, 2]);
    await writeWhole(file, new Uint8Array([3]), true);
    assert.deepEqual([...(await readFile(file))], [3]);
    assert.deepEqual(await readdir(join(folder, 'new')), ['a.bin']);
  }),
);

test(
  'several files are written together or not at all, and others stay',
  inFolder(async (folder) => {
    await writeFile(join(folder, 'mine.txt'), 'keep');
    const files = [
      ['a', new Uint8Array([1])],
      ['b', new Uint8Array([2])],
    ] as const;
    await writeFiles(folder, files, false);
    assert.deepEqual((await readdir(folder)).sort(), ['a', 'b', 'mine.txt']);
    await assert.rejects(writeFiles(folder, files, false), FileError);
    await writeFiles(folder, files, true);
    assert.equal(await readFile(join(folder, 'mine.txt'), 'utf8'), 'keep');
    const blocked = join(folder, 'mine.txt', 'below');
    await assert.rejects(writeFiles(blocked, files, false), /cannot be made: part of the path is not a folder/);
    assert.deepEqual((await readdir(folder)).sort(), ['a', 'b', 'mine.txt']);
  }),
);
