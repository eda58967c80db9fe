/** How long a person waits for the first picture of a run: from the click on Start to its pixels on the stage, in the real editor. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { encodePng } from '../../src/node/codecs/index.ts';
import { KEEP_NAMES } from '../harness/chromium.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { ROOT } from '../harness/paths.ts';
import { within } from '../harness/wait.ts';
import { Workbench } from '../harness/workbench.ts';
import { median } from './table.ts';

const SAMPLES = join(ROOT, 'media/sample');

/** For a preview that never comes. */
const PATIENCE_MS = 120_000;

/** What is restored, and how the form calls it. The last one is no fruit: it goes to any picture's prior. */
const RUNS = [
  { task: 'super-resolve', file: 'fruit-16.png', name: 'Super-resolve' },
  { task: 'colorize', file: 'fruit-128.png', name: 'Colorize' },
  { task: 'super-resolve', file: 'waves-256.png', name: 'Super-resolve' },
] as const;
type Task = (typeof RUNS)[number]['task'];

export interface PreviewRecord {
  readonly task: Task;
  readonly picture: string;
  /** "cold": the first run of a window that has just opened; "warm": a later one. */
  readonly run: 'cold' | 'warm';
  /** Each measurement, in milliseconds from the click to the frame that shows the first preview. */
  readonly milliseconds: readonly number[];
  readonly median: number;
  readonly worst: number;
}

/** @param rounds windows opened for each task @param again runs in each of them after the first one */
export async function measurePreview(
  rounds: number,
  again: number,
  log: (message: string) => void,
): Promise<PreviewRecord[]> {
  const records: PreviewRecord[] = [];
  for (const { task, file, name } of RUNS) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const times = await inOneWindow(name, file, 1 + again);
      log(`${task}: ${times.map((ms) => Math.round(ms)).join(', ')} ms`);
      cold.push(times[0]!);
      warm.push(...times.slice(1));
    }
    for (const [run, milliseconds] of Object.entries({ cold, warm }) as ['cold' | 'warm', number[]][]) {
      if (milliseconds.length === 0) continue;
      records.push({
        task,
        picture: file,
        run,
        milliseconds,
        median: median(milliseconds),
        worst: Math.max(...milliseconds),
      });
    }
  }
  return records;
}

/** A picture of 256 x 256 that no trained prior knows. */
function waves(): Uint8Array {
  const side = 256;
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    for (let c = 0; c < 3; c++) data[4 * i + c] = 128 + 100 * Math.sin(x / (5 + c) + y / (9 - c));
  }
  return encodePng({ width: side, height: side, data });
}

/** The times of some runs, one after the other, in a window of its own. */
async function inOneWindow(task: string, file: string, runs: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'preview-'));
  if (file === 'waves-256.png') writeFileSync(join(folder, file), waves());
  else copyFileSync(join(SAMPLES, file), join(folder, file));
  const workbench = await Workbench.open({ workspace: folder, gpu: 'none' });
  try {
    await workbench.pickInExplorer(file, 'GAN Prior', 'Open in Editor');
    const editor = await EditorPage.of(workbench, file);
    await editor.waitForHeadline(/^Ready$/);
    const { frame } = editor;
    await frame.evaluate(KEEP_NAMES);
    await frame.locator('#task').click();
    await frame.getByRole('option', { name: task, exact: true }).click();
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      // Together: beside a click that fails, the other would find the browser closed and end the process with that.
      const seen = within('the first preview', firstPreview(frame), PATIENCE_MS);
      const [milliseconds] = await Promise.all([seen, editor.button(i === 0 ? 'Start' : 'Start again').click()]);
      times.push(milliseconds);
      await editor.waitForHeadline(/^Done/);
    }
    return times;
  } finally {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for the next click, and then for the frame after the one that draws the preview. @returns the time between, in ms */
const firstPreview = (frame: Frame): Promise<number> =>
  frame.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const preview = document.querySelector<HTMLElement>('canvas.preview')!;
        const clicked = (): void => {
          const began = performance.now();
          const look = (): void => {
            if (preview.hidden) return void requestAnimationFrame(look);
            requestAnimationFrame((now) => resolve(now - began));
          };
          requestAnimationFrame(look);
        };
        document.addEventListener('click', clicked, { capture: true, once: true });
      }),
  );
