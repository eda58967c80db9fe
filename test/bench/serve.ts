/** Answers the benchmark's orders for a contender; contender.ts describes them. */
import { createInterface } from 'node:readline';
import type { Ready, Steps } from './contender.ts';
import type { Runner } from './runner.ts';

const say = (line: Ready | Steps) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Until the benchmark ends the orders. */
export async function serve({ ready, take }: Runner): Promise<void> {
  say(ready);
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = JSON.parse(line) as { steps: number };
    say(await take(steps));
  }
}

/** With the processor time and memory of this process, where it is the one that computes. */
export const withOwnCost = ({ ready, take }: Runner): Runner => ({
  ready,
  async take(count) {
    const before = process.cpuUsage();
    const taken = await take(count);
    const { user, system } = process.cpuUsage(before);
    return { ...taken, cpuMs: (user + system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 };
  },
});
