/** The run service: whose turn it is, what pause, stop and retry come to, and what a batch does when something is in its way. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Lease, leaseOf } from '../../../src/node/batch/lease.ts';
import { BatchReport, readRows } from '../../../src/node/batch/report.ts';
import { RunService, type Host, type Item, type Making, type ServiceOptions } from '../../../src/node/batch/service.ts';
import { FileError } from '../../../src/node/errors.ts';

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-service-'));
});
after(() => rm(root, { recursive: true }));

/** Runs that end when a test says so. */
class Bench {
  readonly begun: string[] = [];
  readonly service: RunService<Item>;
  readonly #open = new Map<string, (failure?: Error) => void>();
  orders: string[] = [];

  private constructor(
    readonly folder: string,
    options: ServiceOptions,
  ) {
    const host: Host<Item> = {
      place: ({ name }) => this.output(name),
      make: (item, output, making) => this.#make(item, output, making),
      sentence: (error) => (error as Error).message,
      changed: () => undefined,
    };
    this.service = new RunService(host, options);
  }

  static async make(name: string, options: ServiceOptions = {}): Promise<Bench> {
    const folder = join(root, name);
    await mkdir(folder);
    return new Bench(folder, options);
  }

  output = (name: string): string => join(this.folder, `${name}.out`);
  add = (names: string, priority = 0) =>
    this.service.add(
      [...names].map((name) => ({ name, task: 'denoise' })),
      priority,
    );
  get states(): string {
    return this.service.jobs.map(({ item, status }) => `${item.name} ${status}`).join(', ');
  }

  async #make({ name }: Item, output: string, { obey, tell }: Making) {
    this.begun.push(name);
    let stopped = false;
    const failure = await new Promise<Error | undefined>((resolve) => {
      this.#open.set(name, resolve);
      obey((order) => {
        this.orders.push(`${name} ${order}`);
        stopped ||= order === 'stop';
        if (order !== 'stop') return;
        this.#open.delete(name);
        resolve(undefined);
      });
      tell(0.5, 1000);
    });
    if (failure) throw failure;
    if (stopped) return undefined;
    await writeFile(output, name);
    return { steps: 1 };
  }

  /** Ends the run of one, once it goes. */
  async end(name: string, failure?: Error): Promise<void> {
    await until(() => this.#open.has(name));
    this.#open.get(name)!(failure);
    this.#open.delete(name);
    await until(() => !this.service.jobs.some(({ item, status }) => item.name === name && status === 'running'));
  }

  async endAll(names: string): Promise<void> {
    for (const name of names) await this.end(name);
    await this.service.settled();
  }
}

async function until(holds: () => boolean): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!holds()) {
    assert.ok(Date.now() < limit, `never: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const full = (name: string): Error =>
  new FileError(`${name}.out`, 'cannot be written: the disk is full.', {
    cause: Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }),
  });

describe('the run service', () => {
  test('makes what has a higher priority first, else in the order in which it was asked for', async () => {
    const bench = await Bench.make('priorities');
    bench.add('abc');
    bench.add('x', 1);
    bench.add('d');
    await bench.endAll('axbcd');
    assert.deepEqual(bench.begun.join(''), 'axbcd');
    assert.equal(bench.states, 'a done, b done, c done, x done, d done');
    assert.deepEqual((await readdir(bench.folder)).sort(), ['a.out', 'b.out', 'c.out', 'd.out', 'x.out']);
  });

  test('makes one at a time, or as many as it is told', async () => {
    const one = await Bench.make('one');
    one.add('ab');
    await until(() => one.begun.length === 1);
    const two = await Bench.make('two', { atOnce: 2 });
    two.add('abc');
    await until(() => two.begun.length === 2);
    assert.equal(two.states, 'a running, b running, c waiting');
    await two.end('b');
    await until(() => two.begun.length === 3);
    await two.endAll('ac');
    assert.equal(one.states, 'a running, b waiting');
    await one.endAll('ab');
  });

  test('paused it begins nothing, and what is being made waits', async () => {
    const bench = await Bench.make('paused');
    bench.add('ab');
    await until(() => bench.begun.length === 1);
    bench.service.pause();
    await bench.end('a');
    await bench.service.settled();
    assert.deepEqual([bench.orders.join(), bench.states], ['a pause', 'a done, b waiting']);
    bench.service.resume();
    await bench.endAll('b');
    assert.equal(bench.states, 'a done, b done');
  });

  test('stopped it leaves what waits, and a resumed one goes on', async () => {
    const bench = await Bench.make('stopped');
    bench.add('ab');
    await until(() => bench.begun.length === 1);
    bench.service.stop();
    await bench.service.settled();
    assert.deepEqual([bench.orders.join(), bench.states], ['a stop', 'a waiting, b waiting']);
    assert.deepEqual(await readdir(bench.folder), [], 'no lease and no half of a result is left');
    bench.service.resume();
    await bench.endAll('ab');
    assert.equal(bench.states, 'a done, b done');
  });

  test('what failed is named, the others go on, and it can be tried again', async () => {
    const bench = await Bench.make('failed');
    bench.add('ab');
    await bench.end('a', new Error('a is broken.'));
    await bench.endAll('b');
    assert.equal(bench.states, 'a failed, b done');
    assert.equal(bench.service.jobs[0]!.error, 'a is broken.');
    bench.service.retry(bench.service.jobs);
    await bench.endAll('a');
    assert.equal(bench.states, 'a done, b done');
    assert.deepEqual(bench.begun.join(''), 'aba', 'what is done stays');
  });

  test('a full disk halts it where it is, and nothing after it is tried in vain', async () => {
    const report = new BatchReport(join(root, 'full.jsonl'));
    const bench = await Bench.make('full', { report });
    bench.add('abc');
    await bench.end('a');
    await bench.end('b', full('b'));
    await bench.service.settled();
    assert.equal(bench.states, 'a done, b waiting, c waiting');
    assert.equal(bench.service.halted?.name, 'b');
    assert.match(bench.service.halted.reason, /^b\.out .* the disk is full/);
    assert.deepEqual(
      readRows(join(root, 'full.jsonl')).map(({ input }) => input),
      ['a'],
      'a row for what will be made later would be a second one',
    );
    bench.service.resume();
    await bench.endAll('bc');
    assert.equal(bench.states, 'a done, b done, c done');
  });

  test('rows that cannot be written halt it, too', async () => {
    const bench = await Bench.make('rows', { report: new BatchReport(join(root, 'none', 'rows.jsonl')) });
    bench.add('ab');
    await bench.end('a', new Error('a is broken.'));
    await bench.service.settled();
    assert.match(bench.service.halted!.reason, /rows\.jsonl cannot be written/);
    assert.equal(bench.states, 'a waiting, b waiting');
  });

  test('what is there is found and skipped, and what another process makes is left to it, unless that one died', async () => {
    const bench = await Bench.make('found');
    await writeFile(bench.output('a'), 'made before');
    const other = JSON.stringify({ token: 'other', host: hostname(), pid: process.ppid });
    await writeFile(leaseOf(bench.output('b')), other);
    bench.add('abc');
    await bench.endAll('c');
    assert.equal(bench.states, 'a done, b elsewhere, c done');
    assert.deepEqual([bench.service.jobs[0]!.found, bench.service.jobs[2]!.found], [true, false]);
    await writeFile(leaseOf(bench.output('b')), other.replace(`${process.ppid}`, `${2 ** 30}`));
    bench.service.retry(bench.service.jobs);
    await bench.endAll('b');
    assert.equal(bench.states, 'a done, b done, c done');
  });

  test('what is taken out is not made, and one that is being made ends without a result', async () => {
    const bench = await Bench.make('removed');
    const [a, b] = bench.add('abc');
    await until(() => bench.begun.length === 1);
    bench.service.remove([a!, b!]);
    await bench.endAll('c');
    assert.deepEqual([bench.states, bench.begun.join('')], ['c done', 'ac']);
    assert.ok(!existsSync(bench.output('a')));
    assert.ok(await Lease.take(bench.output('a')).then((lease) => lease?.end().then(() => true)));
  });
});
