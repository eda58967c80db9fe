/** A rival as a contender: answers the benchmark's orders; contender.ts describes them. */
import { createInterface } from 'node:readline';

/**
 * @param {{ check: object, step: () => Promise<number> }} rival its loss and gradients at the start, and one step,
 *   which resolves with the loss before it
 * @param {number} began when the weights were in memory, by performance.now()
 */
export async function serve({ check, step }, began) {
  await step();
  say({ firstStepMs: performance.now() - began, check });
  for await (const line of createInterface({ input: process.stdin })) {
    const milliseconds = [];
    let loss = NaN;
    const cpu = process.cpuUsage();
    for (let i = 0; i < JSON.parse(line).steps; i++) {
      const from = performance.now();
      loss = await step();
      milliseconds.push(performance.now() - from);
    }
    const { user, system } = process.cpuUsage(cpu);
    say({ milliseconds, cpuMs: (user + system) / 1000, loss, peakBytes: process.resourceUsage().maxRSS * 1024 });
  }
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
