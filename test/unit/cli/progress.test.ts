import { test } from 'node:test';
import assert from 'node:assert/strict';
import { duration, Progress } from '../../../src/cli/progress.ts';

const event = (step: number) =>
  ({ kind: 'progress', step, iterations: 100, losses: [0.25], msPerStep: 10, etaMs: 61_000 }) as const;

test('a terminal gets one line that is redrawn and taken away', () => {
  let text = '';
  const progress = new Progress('task a.png', { isTTY: true, columns: 60, write: (part: string) => (text += part) });
  progress.show(event(50));
  assert.match(text, /\r\x1b\[2Ktask a\.png \[#{12}-{12}\] step 50\/100/);
  assert.ok(text.replace(/^.*2K/s, '').length < 60);
  progress.line('done');
  assert.ok(text.endsWith('\r\x1b[2Ktask a.png: done\n'));
});

test('elsewhere there is a plain line every few seconds', () => {
  const lines: string[] = [];
  let now = 0;
  const progress = new Progress('task a.png', { write: (part: string) => lines.push(part) }, () => now);
  for (let step = 1; step <= 100; step++) {
    now += 100;
    progress.show(event(step));
  }
  assert.deepEqual(lines, [
    'task a.png: step 50/100, loss 2.500e-1, 1:01 left\n',
    'task a.png: step 100/100, loss 2.500e-1, 1:01 left\n',
  ]);
});

test('what comes after the steps tells how far it is, too', () => {
  let text = '';
  const progress = new Progress('task a.png', { isTTY: true, columns: 80, write: (part: string) => (text += part) });
  progress.telling('composing the picture')(0.5);
  assert.match(text, /\[#{12}-{12}\] composing the picture, 50 %$/);
});

test('durations are read at a glance', () => {
  assert.deepEqual([0, 900, 61_000, 3_725_000].map(duration), ['0:00', '0:01', '1:01', '1:02:05']);
});
