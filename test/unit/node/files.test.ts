import { test } from 'node:test';
import assert from 'node:assert/strict';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileError } from '../../../src/node/errors.ts';
import { makeFolder, probe, writeFiles } from '../../../src/node/files.ts';

const bytes = (...values: number[]) => new Uint8Array(values);
const linux = process.platform === 'linux';

const inFolder = (run: (folder: string) => Promise<void>) => async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganprior-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Where an error says that files are kept. */
const keptBy = (error: unknown): string => {
  assert.ok(error instanceof FileError);
  const kept = / What was made is kept: (.*)\.$/.exec(error.message)?.[1];
  assert.ok(kept, error.message);
  return kept;
};

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => assert.fail('it was written'),
    (error: unknown) => error,
  );

test(
  'a file is written whole, makes its folder, and is only replaced where that was asked for',
  inFolder(async (folder) => {
    const file = join(folder, 'new', 'er', 'a.bin');
    await writeFiles([[file, bytes(1, 2)]], false);
    const kept = keptBy(await rejection(writeFiles([[file, bytes(3)]], false)));
    assert.deepEqual([...(await readFile(kept))], [3]);
    await rm(join(kept, '..'), { recursive: true });
    assert.deepEqual([...(await readFile(file))], [1, 2]);
    await writeFiles([[file, bytes(3)]], true);
    assert.deepEqual([...(await readFile(file))], [3]);
    assert.deepEqual(await readdir(join(folder, 'new', 'er')), ['a.bin']);
  }),
);

test(
  'several files are written together or kept together, and others stay',
  inFolder(async (folder) => {
    await writeFile(join(folder, 'mine.txt'), 'keep');
    const files = [
      [join(folder, 'a'), bytes(1)],
      [join(folder, 'b'), bytes(2)],
    ] as const;
    await writeFiles(files, false);
    assert.deepEqual((await readdir(folder)).sort(), ['a', 'b', 'mine.txt']);
    const blocked = [[join(folder, 'c'), bytes(3)] as const, [join(folder, 'mine.txt', 'd'), bytes(4)] as const];
    const kept = keptBy(await rejection(writeFiles(blocked, true)));
    assert.deepEqual((await readdir(folder)).sort(), ['a', 'b', 'mine.txt']);
    assert.deepEqual((await readdir(kept)).sort(), ['c', 'd']);
    await rm(kept, { recursive: true });
  }),
);

test(
  'of several that want one name at the same time, one gets it, and what the others made is kept',
  inFolder(async (folder) => {
    const file = join(folder, 'a.bin');
    const made = Array.from({ length: 8 }, (_, i) => new Uint8Array(50_000).fill(i));
    const outcomes = await Promise.allSettled(made.map((content) => writeFiles([[file, content]], false)));
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    assert.equal(failed.length, 7);
    const kept = failed.map(keptBy);
    const found = await Promise.all([file, ...kept].map((path) => readFile(path)));
    assert.deepEqual(found.map((content) => content[0]).sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
    for (const content of found) assert.ok(content.length === 50_000 && content.every((value) => value === content[0]));
    assert.deepEqual(await readdir(folder), ['a.bin']);
    for (const path of kept) await rm(join(path, '..'), { recursive: true });
  }),
);

test(
  'a place is probed by writing there, and nothing stays behind',
  inFolder(async (folder) => {
    await probe(join(folder, 'new', 'er', 'a.bin'));
    assert.deepEqual(await readdir(folder), []);
    await writeFile(join(folder, 'mine.txt'), 'keep');
    await assert.rejects(probe(join(folder, 'mine.txt', 'a.bin')), /part of the path is not a folder/);
    await assert.rejects(probe(join(folder, 'mine.txt', 'new', 'a.bin')), /part of the path is not a folder/);
    await assert.rejects(probe(folder), /it is a folder/);
    await assert.rejects(
      probe(join(folder, `${'n'.repeat(300)}.png`), 'Name another.'),
      /is too long\. Name another\.$/,
    );
    // As long as a name can be: whatever is written beside it has a shorter one.
    await probe(join(folder, 'n'.repeat(255)));
    await writeFiles([[join(folder, 'n'.repeat(255)), bytes(1)]], false);
  }),
);

test('a folder that cannot be made is found out', { skip: !linux, timeout: 20_000 }, async () => {
  await assert.rejects(makeFolder('/proc/none/at/all'), { code: 'ENOENT' });
  await assert.rejects(probe('/proc/none/x.png'), /\/proc\/none cannot be made/);
});

test(
  'links lead to the file that is written, and a device is written into, not replaced',
  { skip: process.platform === 'win32' },
  inFolder(async (folder) => {
    await writeFiles([[join(folder, 'real'), bytes(1)]], false);
    await symlink('real', join(folder, 'link'));
    await writeFiles([[join(folder, 'link'), bytes(2)]], true);
    assert.deepEqual([...(await readFile(join(folder, 'real')))], [2]);
    assert.ok((await lstat(join(folder, 'link'))).isSymbolicLink());
    await probe('/dev/null');
    await writeFiles([['/dev/null', bytes(3)]], true);
    assert.ok((await lstat('/dev/null')).isCharacterDevice());
  }),
);

test(
  'a name that is too long after all does not lose what was made',
  inFolder(async (folder) => {
    const kept = keptBy(await rejection(writeFiles([[join(folder, `${'n'.repeat(300)}.png`), bytes(7)]], false)));
    assert.match(kept, /\.png$/);
    assert.deepEqual([...(await readFile(kept))], [7]);
    await rm(join(kept, '..'), { recursive: true });
  }),
);
