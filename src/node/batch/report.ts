/** What became of every picture of a batch: a JSON object a line, written as soon as it is known, and read again by whoever goes on. */
import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { FileError, reason } from '../errors.ts';

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const rowSchema = v.object({
  /** As they were named. */
  input: v.string(),
  output: v.exactOptional(v.string()),
  status: v.picklist(['done', 'failed']),
  task: v.string(),
  model: v.exactOptional(v.string()),
  steps: v.exactOptional(v.number()),
  /** Somebody ended it before its last step: the result is what there was. */
  stopped: v.exactOptional(v.literal(true)),
  /** Of the run, without reading and writing. */
  seconds: v.exactOptional(v.number()),
  /** Of the result. */
  width: v.exactOptional(v.number()),
  height: v.exactOptional(v.number()),
  /** SHA-256 of the files. */
  inputSha256: v.exactOptional(hash),
  outputSha256: v.exactOptional(hash),
  /** Of the result against the known original, in dB; null where it is the original to the bit. */
  psnr: v.exactOptional(v.nullable(v.number())),
  ssim: v.exactOptional(v.number()),
  /** The sentence that says what failed. */
  error: v.exactOptional(v.string()),
});
export type Row = v.InferOutput<typeof rowSchema>;

/** What a row says of a picture that was made. */
export const factsSchema = v.omit(rowSchema, ['input', 'output', 'status', 'task', 'error']);
export type Facts = v.InferOutput<typeof factsSchema>;

export class BatchReport {
  readonly #done = new Set<string>();
  /** How far the file is read, in bytes. */
  #read = 0;

  /** @throws FileError when what is there cannot be read */
  constructor(private readonly file: string) {
    this.#catchUp();
  }

  /** Whether a row says that a picture is done, one of another process included: it gets no second one. */
  has(input: string): boolean {
    if (!this.#done.has(resolve(input))) this.#catchUp();
    return this.#done.has(resolve(input));
  }

  /** One write, so that several processes may use one file. @throws FileError */
  add(row: Row): void {
    try {
      appendFileSync(this.file, `${JSON.stringify(row)}\n`);
    } catch (error) {
      throw new FileError(this.file, `cannot be written: ${reason(error)}.`, { cause: error });
    }
  }

  /** Reads what was added since, as far as its lines are whole. */
  #catchUp(): void {
    const { text, end } = readFrom(this.file, this.#read);
    this.#read = end;
    for (const { status, input } of rowsOf(text)) if (status === 'done') this.#done.add(resolve(input));
  }
}

/** @returns its rows; what is no row, such as a line that a full disk cut off, is left out @throws FileError */
export const readRows = (file: string): Row[] => rowsOf(readFrom(file, 0).text);

const rowsOf = (text: string): Row[] =>
  text.split('\n').flatMap((line) => {
    const row = v.safeParse(v.pipe(v.string(), v.parseJson(), rowSchema), line);
    return row.success ? [row.output] : [];
  });

/** The whole lines of a file from a byte on, and where they end; nothing where there is no file. */
function readFrom(file: string, start: number): { text: string; end: number } {
  try {
    const bytes = bytesFrom(file, start);
    const length = bytes.lastIndexOf('\n') + 1;
    return { text: bytes.subarray(0, length).toString('utf8'), end: start + length };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: '', end: 0 };
    throw new FileError(file, `cannot be read: ${reason(error)}.`, { cause: error });
  }
}

function bytesFrom(file: string, start: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - start));
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start));
  } finally {
    closeSync(descriptor);
  }
}
