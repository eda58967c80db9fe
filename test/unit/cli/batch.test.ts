/** Many pictures: which ones, whose turn it is, what is written of each, and what a process that dies leaves to the next. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Lease, leaseOf } from '../../../src/node/batch/lease.ts';
import { listPictures } from '../../../src/node/batch/listing.ts';
import { pixelsOf } from '../../../src/node/batch/pixels.ts';
import { BatchReport, readRows } from '../../../src/node/batch/report.ts';
import { shardOf } from '../../../src/node/batch/shard.ts';
import { readList } from '../../../src/cli/list.ts';
import { parseShard } from '../../../src/cli/parse.ts';
import { summarise } from '../../../src/node/batch/summary.ts';
import { encodePng } from '../../../src/node/codecs/index.ts';
import { sha256 } from '../../../src/node/sha256.ts';
import { bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';
import { quarters } from '../node/pictures.ts';

const QUICK = ['--model', TINY_MODEL, '--device', 'cpu', '--codes', '1', '--iterations', '1', '--starts', '0'];

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganprior-batch-'));
});
after(() => rm(folder, { recursive: true }));

/** A folder of pictures, 16 x 16 where nothing else is said. */
async function pictures(name: string, within: readonly string[]): Promise<string> {
  const root = join(folder, name);
  for (const [i, file] of within.entries()) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), encodePng(quarters(16 + (i % 3), 16)));
  }
  return root;
}

describe('which pictures are meant', () => {
  test('of a folder its own, with --recursive all below it, by patterns', async () => {
    const root = await pictures('listed', ['b.png', 'a.PNG', 'in/c.png', 'in/deep/d.jpg', '.hidden/e.png', '.f.png']);
    await writeFile(join(root, 'notes.txt'), 'no picture');
    const names = async (options: Parameters<typeof listPictures>[1]) =>
      (await listPictures([root], options)).map(({ within }) => within);
    assert.deepEqual(await names({}), ['a.PNG', 'b.png']);
    assert.deepEqual(await names({ recursive: true }), ['a.PNG', 'b.png', 'in/c.png', 'in/deep/d.jpg']);
    assert.deepEqual(await names({ recursive: true, include: ['*.png'] }), ['a.PNG', 'b.png', 'in/c.png']);
    assert.deepEqual(await names({ recursive: true, exclude: ['in/deep/**', 'b.*'] }), ['a.PNG', 'in/c.png']);
  });

  test('a pattern that no shell has made files of names what it matches', async () => {
    const root = await pictures('patterns', ['a.png', 'b.jpg', 'in/c.png', '[d].png']);
    const names = async (pattern: string) => (await listPictures([`${root}/${pattern}`])).map(({ within }) => within);
    assert.deepEqual(await names('*.png'), ['[d].png', 'a.png']);
    assert.deepEqual(await names('**/*.png'), ['[d].png', 'a.png', 'in/c.png']);
    assert.deepEqual(await names('in/*'), ['c.png']);
    assert.deepEqual(await names('[d].png'), ['[d].png'], 'a file of that name is itself');
    await assert.rejects(names('*.webp'), /\*\.webp names no picture/);
  });

  test('a file that is named twice is one picture, and a list names further ones', async () => {
    const root = await pictures('twice', ['a.png', 'b.png']);
    const [a, b] = [join(root, 'a.png'), join(root, 'b.png')];
    for (const [name, text] of Object.entries({ 'list.txt': `${b}\r\n${a}\n`, 'list0.txt': `${b}\0${a}\0` })) {
      await writeFile(join(root, name), text);
      const listed = await listPictures([a, ...(await readList(join(root, name)))]);
      assert.deepEqual(
        listed.map(({ path }) => path),
        [a, b],
      );
    }
    await assert.rejects(readList(join(root, 'none.txt')), /The list .* cannot be read/);
  });
});

describe('a shard', () => {
  const sizes = Array.from({ length: 200 }, (_, i) => ({ within: `${i}`, pixels: ((i * 7919) % 97) ** 2 }));

  test('has about as many pixels as the others, and every picture is in one, in whatever order they are listed', () => {
    const parts = [0, 1, 2].map((index) => shardOf(sizes, { index, count: 3 }));
    assert.deepEqual(
      parts
        .flat()
        .map(({ within }) => Number(within))
        .sort((a, b) => a - b),
      [...sizes.keys()],
    );
    const sums = parts.map((part) => part.reduce((sum, { pixels }) => sum + pixels, 0));
    assert.ok(Math.max(...sums) < 1.01 * Math.min(...sums), sums.join());
    const other = new Set(shardOf([...sizes].reverse(), { index: 1, count: 3 }));
    assert.deepEqual(new Set(parts[1]), other);
    const alike = Array.from({ length: 10 }, (_, i) => ({ within: `${i}`, pixels: 0 }));
    assert.equal(shardOf(alike, { index: 0, count: 2 }).length, 5, 'what cannot be told is shared out, too');
  });

  test('is counted from 1 or from 0', () => {
    assert.deepEqual(['1/2', '2/2', '0/2'].map(parseShard), [
      { index: 0, count: 2 },
      { index: 1, count: 2 },
      { index: 1, count: 2 },
    ]);
    for (const text of ['3/2', '1/0', '1', 'a/b', '-1/2']) assert.throws(() => parseShard(text), /It is I\/N/);
  });

  test('is weighed without decoding', async () => {
    const root = await pictures('weighed', ['a.png']);
    assert.equal(await pixelsOf(join(root, 'a.png')), 256);
    assert.equal(await pixelsOf(join(root, 'none.png')), 0);
  });
});

describe('a lease', () => {
  const output = () => join(folder, 'leases', 'result.png');
  const dead = (pid: number) => writeFile(leaseOf(output()), JSON.stringify({ token: 'dead', host: hostname(), pid }));

  test('is held by one, and free again after it', async () => {
    const lease = await Lease.take(output());
    assert.ok(lease);
    await dead(process.ppid);
    assert.equal(await Lease.take(output()), undefined, 'its process lives');
    await lease.end();
    const next = await Lease.take(output());
    assert.ok(next);
    await next.end();
    assert.deepEqual(await readdir(dirname(output())), []);
  });

  test('of a process that died goes to one of those that find it', async () => {
    // No process has this number: the largest that systems give is below.
    await dead(2 ** 30);
    const taken = (await Promise.all(Array.from({ length: 8 }, () => Lease.take(output())))).filter((one) => one);
    assert.equal(taken.length, 1);
    await taken[0]!.end();
    assert.deepEqual(await readdir(dirname(output())), []);
  });

  test('of another machine counts until it has said nothing for ten minutes', async () => {
    await writeFile(leaseOf(output()), JSON.stringify({ token: 'far', host: 'elsewhere', pid: 1 }));
    assert.equal(await Lease.take(output()), undefined);
    const old = new Date(Date.now() - 11 * 60_000);
    await utimes(leaseOf(output()), old, old);
    const lease = await Lease.take(output());
    assert.ok(lease);
    await lease.end();
  });
});

test('a report is read again without the line that was cut off, and knows what is done', async () => {
  const file = join(folder, 'rows.jsonl');
  const report = new BatchReport(file);
  report.add({ input: 'a.png', output: 'a.denoise.png', status: 'done', task: 'denoise', psnr: null });
  report.add({ input: 'b.png', status: 'failed', task: 'denoise', error: 'b.png is empty.' });
  await writeFile(file, `${await readFile(file, 'utf8')}{"input":"c.p`);
  assert.deepEqual(
    readRows(file).map(({ input }) => input),
    ['a.png', 'b.png'],
  );
  const again = new BatchReport(file);
  assert.deepEqual([again.has('a.png'), again.has('b.png')], [true, false]);
});

test('rows of several processes are one for each picture: that which says it is done, else the last', () => {
  const done = { input: 'b.png', status: 'done', task: 'denoise', seconds: 2, psnr: 30 } as const;
  const failed = (input: string, error: string) => ({ input, status: 'failed', task: 'denoise', error }) as const;
  const { rows, ...sums } = summarise([
    failed('b.png', 'early'),
    done,
    failed('b.png', 'late'),
    failed('a.png', '1'),
    failed('a.png', '2'),
  ]);
  assert.deepEqual(rows, [failed('a.png', '2'), done]);
  assert.deepEqual(sums, { done: 1, failed: 1, seconds: 2, psnr: { mean: 30, least: 30, of: 1 } });
});

describe('a batch on the command line', () => {
  let bundle = '';
  before(async () => {
    bundle = await bundleCommandLine('batch');
  });

  test('keeps the places of what lies in a folder, writes a row for each, and names what failed', async () => {
    const root = await pictures('kept', ['a.png', 'in/a.png', 'in/b.png']);
    await writeFile(join(root, 'in/broken.png'), 'no picture');
    const args = ['reconstruct', root, '--recursive', '--out', 'kept-out', '--report', 'kept.jsonl', ...QUICK];
    const { code, stderr, stdout } = await runCommandLine(bundle, [...args, '--truth', root], folder);
    assert.equal(code, 1, stdout);
    assert.match(stderr, /^error: [^\n]*broken\.png[^\n]*\n$/);
    assert.match(stdout, /1 of 4 images failed/);
    const rows = readRows(join(folder, 'kept.jsonl'));
    assert.deepEqual(rows.map(({ status }) => status).sort(), ['done', 'done', 'done', 'failed']);
    for (const row of rows) {
      if (row.status === 'failed') assert.match(row.error!, /broken\.png/);
      else {
        assert.equal(row.outputSha256, sha256(await readFile(join(folder, row.output!))));
        assert.ok(row.psnr! > 0 && row.seconds! >= 0 && row.steps === 1, JSON.stringify(row));
      }
    }
    const summed = await runCommandLine(bundle, ['report', 'kept.jsonl', '--html', 'kept.html'], folder);
    assert.deepEqual([summed.code, summed.stderr], [1, '']);
    assert.match(
      summed.stdout,
      /^4 pictures: 3 done, 1 failed, [\d.]+ s of runs\.\nPSNR of 3 pictures: .*\n.*broken\.png/,
    );
    const page = await readFile(join(folder, 'kept.html'), 'utf8');
    assert.ok(page.includes('a.png') && !/(src|href)=/.test(page), 'it works alone');
    assert.deepEqual((await readdir(join(folder, 'kept-out/in'))).sort(), ['a.reconstruct.png', 'b.reconstruct.png']);
  });

  test('of one picture that fails is a row, too', async () => {
    await writeFile(join(folder, 'alone.png'), 'no picture');
    await runCommandLine(bundle, ['denoise', 'alone.png', '--report', 'alone.jsonl', ...QUICK], folder);
    const [row, ...others] = readRows(join(folder, 'alone.jsonl'));
    assert.deepEqual([row?.status, row?.input, others.length], ['failed', 'alone.png', 0]);
    assert.match(row!.error!, /^alone\.png is not a PNG/);
  });

  test('killed three times and called again makes every picture once, with one row each', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `${i}.png`);
    const root = await pictures('killed', names);
    const args = [bundle, 'denoise', root, '--out', 'killed-out', '--report', 'killed.jsonl', ...QUICK];
    const slower = [...args, '--iterations', '200'];
    const report = join(folder, 'killed.jsonl');
    const done = () => readRows(report).length;
    for (let kills = 0; kills < 3; kills++) {
      const wanted = done() + 2;
      const child = spawn(process.execPath, slower, { cwd: folder, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('close', resolve));
      const watch = setInterval(() => done() >= wanted && child.kill('SIGKILL'), 5);
      await ended;
      clearInterval(watch);
    }
    assert.ok(done() < names.length, 'it was killed in the middle');
    const made = await hashes(join(folder, 'killed-out'));
    const { code, stderr } = await runCommandLine(bundle, slower.slice(1), folder);
    assert.deepEqual([code, stderr], [0, '']);
    const rows = readRows(report);
    assert.deepEqual(rows.map(({ input }) => input).sort(), names.map((name) => join(root, name)).sort());
    const all = await hashes(join(folder, 'killed-out'));
    assert.equal(all.size, names.length);
    for (const [file, hash] of made) assert.equal(all.get(file), hash, 'what was done stays');
    assert.deepEqual(
      (await readdir(join(folder, 'killed-out'))).filter((name) => name.endsWith('.lease')),
      [],
    );
  });

  test('two processes on one folder make every picture once', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `${i}.png`);
    const root = await pictures('both', names);
    const args = ['denoise', root, '--out', 'both-out', '--report', 'both.jsonl', ...QUICK, '--iterations', '50'];
    const ends = await Promise.all([1, 2].map(() => runCommandLine(bundle, args, folder)));
    for (const { code, stderr } of ends) assert.deepEqual([code, stderr], [0, '']);
    const making = ends.flatMap(({ stdout }) => [...stdout.matchAll(/^denoise (\S+): done/gm)].map(([, name]) => name));
    assert.deepEqual(making.sort(), names.map((name) => join(root, name)).sort());
    assert.equal(readRows(join(folder, 'both.jsonl')).length, names.length);
  });

  test('several at a time come to the same pictures, and what fails is named as ever', async () => {
    const root = await pictures('jobs', ['a.png', 'b.png', 'c.png', 'd.png']);
    await writeFile(join(root, 'broken.png'), 'no picture');
    // One of them is gone by the time that its turn comes.
    const args = ['denoise', root, join(root, 'gone.png'), ...QUICK, '--threads', '1'];
    const one = await runCommandLine(bundle, [...args, '--out', 'one-out'], folder);
    const both = ['--jobs', '2', '--out', 'two-out', '--report', 'two.jsonl'];
    const { code, stderr, stdout } = await runCommandLine(bundle, [...args, ...both], folder);
    assert.deepEqual([code, stderr.split('\n').sort()], [one.code, one.stderr.split('\n').sort()]);
    assert.deepEqual([code, stdout.match(/: done in/g)?.length], [1, 4], stdout);
    assert.deepEqual(await hashes(join(folder, 'two-out')), await hashes(join(folder, 'one-out')));
    const rows = readRows(join(folder, 'two.jsonl'));
    assert.equal(rows.length, 6);
    assert.match(rows.find(({ input }) => input.endsWith('gone.png'))!.error!, /gone\.png .*there is no such file/);
  });

  test('takes names from standard input, and does its shard of them', async () => {
    const names = ['a.png', 'b.png', 'c.png'];
    const root = await pictures('piped', names);
    for (const shard of ['1/2', '2/2']) {
      const args = [bundle, 'reconstruct', '--list', '-', '--shard', shard, '--out', 'piped-out', ...QUICK];
      const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] });
      child.stdin.end(names.map((name) => `${join(root, name)}\n`).join(''));
      assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0);
    }
    for (const name of ['a', 'b', 'c']) assert.ok(existsSync(join(folder, `piped-out/${name}.reconstruct.png`)), name);
  });
});

async function hashes(where: string): Promise<Map<string, string>> {
  const files = (await readdir(where)).filter((name) => !name.startsWith('.'));
  return new Map(
    await Promise.all(files.map(async (name) => [name, sha256(await readFile(join(where, name)))] as const)),
  );
}
