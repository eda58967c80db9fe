/**
 * Many pictures, one after another: what is done is skipped, what fails is named and the others go on, what another process makes
 * is left to it. Called again after whatever ended it, it goes on where it was.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RunControl } from '../../engine/inversion/run.ts';
import { shown } from '../../node/errors.ts';
import { sha256 } from '../../node/sha256.ts';
import { errorLine, EXIT, report as tellError } from '../errors.ts';
import type { Interruption } from '../interruption.ts';
import { say } from '../thread.ts';
import { Lease } from './lease.ts';
import type { BatchReport, Row } from './report.ts';

/** A picture that is to be made. */
export interface Item {
  /** Its file, which also names it in messages. */
  readonly name: string;
  readonly output: string;
}

/** What a row says of a picture that was made. */
export type Facts = Omit<Row, 'input' | 'output' | 'status' | 'error'>;

export interface Batch<T extends Item> {
  readonly items: readonly T[];
  readonly task: string;
  /** Make what is there already again. */
  readonly force: boolean;
  readonly report: BatchReport | undefined;
  make(item: T, control: RunControl): Promise<Facts>;
}

/** Sets the exit status where a picture failed. */
export async function runBatch<T extends Item>(batch: Batch<T>, interruption: Interruption): Promise<void> {
  const { items, task, report } = batch;
  let failed = 0;
  let elsewhere: T[] = [];
  let full: string | undefined;

  const one = async (item: T): Promise<void> => {
    const { name, output } = item;
    let lease: Lease | undefined;
    try {
      if (isDone(batch, item) && (!report || report.has(name))) {
        await Lease.sweep(output);
        return tellDone(item);
      }
      lease = await Lease.take(output);
      if (!lease) return void elsewhere.push(item);
      // Whoever made it may have ended between the two looks; who was killed then had no time for its row.
      if (isDone(batch, item)) {
        if (report && !report.has(name)) report.add(await foundRow(item, task));
        return tellDone(item);
      }
      const facts = await batch.make(item, interruption.control());
      report?.add({ input: name, output, status: 'done', ...facts });
    } catch (error) {
      tellError(error, name);
      failed += 1;
      if (isFull(error)) full = name;
      else report?.add(failedRow(name, task, error));
    } finally {
      await lease?.end();
    }
  };
  const all = async (some: readonly T[]): Promise<void> => {
    for (const item of some) {
      if (interruption.requested || full !== undefined) return;
      await one(item);
    }
  };

  await all(items);
  // Some of those that others were making may have died meanwhile.
  const again = elsewhere;
  elsewhere = [];
  await all(again);
  for (const { name } of elsewhere) say(`${name}: another process is making it, left to that one`);
  if (full !== undefined) {
    process.stderr.write(
      `error: The disk is full: stopped at ${shown(full)}. Make room, and call the same again to go on.\n`,
    );
  } else if (failed > 0) console.log(`${failed} of ${items.length} images failed.`);
  if (failed > 0) process.exitCode = EXIT.failed;
}

const isDone = <T extends Item>({ force }: Batch<T>, { output }: T): boolean => !force && existsSync(output);

const tellDone = ({ name, output }: Item): void =>
  void say(`${name}: ${output} exists already, skipped (--force replaces it)`);

/** What can be told of a result that was found. */
async function foundRow({ name, output }: Item, task: string): Promise<Row> {
  const [made, source] = await Promise.all([hashOf(output), hashOf(name)]);
  const hashes = { ...(source && { inputSha256: source }), ...(made && { outputSha256: made }) };
  return { input: name, output, status: 'done', task, ...hashes };
}

export const failedRow = (input: string, task: string, error: unknown): Row => {
  return { input, status: 'failed', task, error: errorLine(error, input).replace(/^error: /, '') };
};

const hashOf = (file: string): Promise<string | undefined> => readFile(file).then(sha256, () => undefined);

/** Then nothing that follows has room either. */
const isFull = (error: unknown): boolean =>
  error instanceof Error &&
  (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '') || isFull(error.cause));
