/**
 * Whoever is timed runs in a process of its own, so that peak memory is its own, and takes orders a line at a time:
 * {"steps": n} in, one JSON line out. Orders can so be given to several contenders in turn, and whatever else the
 * machine does meanwhile meets them alike.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Case {
  readonly model: string;
  readonly zDim: number;
  readonly channels: readonly number[];
  readonly layer: number;
  readonly codes: number;
  readonly factor: number;
  readonly threads: number;
  /** Whether the loss has the perceptual term of Eq. 5. */
  readonly perceptual: boolean;
}

/** The loss and its gradients at the start of `startOf`, flat. */
export interface Check {
  readonly loss: number;
  readonly z: readonly number[];
  readonly alpha: readonly number[];
}

/** The first line a contender says. */
export interface Ready {
  /** From weights in memory to the end of the first step, in ms. */
  readonly firstStepMs: number;
  /** Size of the step graph with its weights; absent where there is none. */
  readonly sessionBytes?: number;
  /** Of the contenders that are not this project's or PyTorch, whose weights are their own. */
  readonly check?: Check;
  /** What computes, where the contender does not tell: the adapter behind WebGPU. */
  readonly device?: string;
}

export interface Steps {
  readonly milliseconds: readonly number[];
  /** Processor time of the process over these steps, all threads together, in ms; a browser's pages cannot tell. */
  readonly cpuMs?: number;
  readonly loss: number;
  /** Highest resident size of the process so far, where the contender is one. */
  readonly peakBytes?: number;
}

export class Contender {
  private constructor(
    readonly name: string,
    readonly ready: Ready,
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  /** @throws when the process ends before it is ready, with what it wrote to stderr */
  static async start(name: string, command: string, args: readonly string[], timed: object): Promise<Contender> {
    const child = spawn(command, [...args, JSON.stringify(timed)], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', (error) => (complaint += error.message));
    const closed = new Promise((resolve) => child.once('close', resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) {
      // What it wrote to stderr may arrive after the end of stdout.
      await closed;
      throw new Error(`${name}: ${reasonOf(complaint)}`);
    }
    return new Contender(name, JSON.parse(first.value) as Ready, child, lines);
  }

  async steps(count: number): Promise<Steps> {
    this.child.stdin!.write(`${JSON.stringify({ steps: count })}\n`);
    const answer = await this.lines.next();
    if (answer.done) throw new Error(`${this.name} ended in the middle of a measurement.`);
    return JSON.parse(answer.value) as Steps;
  }

  async stop(): Promise<void> {
    this.child.stdin!.end();
    if (this.child.exitCode === null) await once(this.child, 'exit');
  }
}

/** What went wrong, of all that a process wrote: Python says so in the last line, Node somewhere above. */
export function reasonOf(complaint: string): string {
  const lines = complaint.trim().split('\n');
  return lines.findLast((line) => /^(?! ).*Error\b/.test(line)) ?? (lines.at(-1) || 'ended');
}
