/** What painting costs the page: long tasks and late frames, in the real editor, with and without a run beside it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import type { Frame } from 'playwright-core';
import { KEEP_NAMES } from '../harness/chromium.ts';
import { EditorPage } from '../harness/editorPage.ts';
import { until } from '../harness/wait.ts';
import { Workbench } from '../harness/workbench.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';

export interface PaintingRecord {
  readonly what: string;
  /** Tasks of the page's main thread beyond 50 ms, and the longest of them, in milliseconds. */
  readonly longTasks: number;
  readonly longest: number;
  readonly frames: number;
  /** Frames that came more than one and a half times too late for 60 a second, and the longest gap, in milliseconds. */
  readonly late: number;
  readonly gap: number;
}

const STROKES = 6;

/** @param side of the square picture, in pixels */
export async function measurePainting(side: number, log: (message: string) => void): Promise<PaintingRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'painting-'));
  writeFileSync(
    join(folder, 'large.png'),
    encode({ width: side, height: side, channels: 3, data: new Uint8Array(3 * side * side).fill(160) }),
  );
  const settings = { 'ganPrior.model': TINY_MODEL, 'ganPrior.iterations': 100_000, 'files.autoSave': 'off' };
  const workbench = await Workbench.open({ workspace: folder, gpu: 'none', settings });
  try {
    await workbench.pickInExplorer('large.png', 'GAN prior', 'Inpaint with GAN prior');
    const editor = await EditorPage.of(workbench, 'large.png');
    await editor.waitForHeadline(/^Ready$/);
    const { frame } = editor;
    await frame.evaluate(KEEP_NAMES);
    const sheet = (await frame.locator('.sheet').boundingBox())!;
    const { mouse, keyboard } = workbench.page;
    const strokes = async () => {
      for (let i = 0; i < STROKES; i++) {
        const height = sheet.y + (sheet.height * (i + 1)) / (STROKES + 1);
        await mouse.move(sheet.x + 0.05 * sheet.width, height);
        await mouse.down();
        await mouse.move(sheet.x + 0.95 * sheet.width, height + 0.1 * sheet.height, { steps: 60 });
        await mouse.up();
      }
    };
    const whole = (key: string, said: RegExp) => async () => {
      await keyboard.press(key);
      await until(
        `${key}`,
        async () => said.test((await frame.locator('.mask-tools [role=status]').textContent()) ?? ''),
        120_000,
      );
    };
    const records: PaintingRecord[] = [];
    const measure = async (what: string, act: () => Promise<void>) => {
      log(what);
      await begin(frame);
      await act();
      records.push({ what, ...(await end(frame)) });
    };
    await measure('strokes', strokes);
    await measure('feather', whole('h', /softer/));
    await measure('grow', whole('g', /grown/));
    await measure('invert', whole('x', /inverted/));
    await measure('invert again', whole('x', /inverted/));
    await editor.button('Start').click();
    await editor.waitForHeadline(/^Step \d+/);
    await measure('strokes during a run', strokes);
    return records;
  } catch (error) {
    log(`See ${await workbench.screenshot('painting')}`);
    throw error;
  } finally {
    await workbench.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Recorder {
  tasks: number[];
  gaps: number[];
  stop(): void;
}

const begin = (frame: Frame): Promise<void> =>
  frame.evaluate(() => {
    const recorder: Recorder = { tasks: [], gaps: [], stop: () => undefined };
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) recorder.tasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
    let last: number | undefined;
    let going = true;
    requestAnimationFrame(function tick(now) {
      if (last !== undefined) recorder.gaps.push(now - last);
      last = now;
      if (going) requestAnimationFrame(tick);
    });
    recorder.stop = () => {
      going = false;
      observer.disconnect();
    };
    Reflect.set(window, 'recorder', recorder);
  });

const end = (frame: Frame): Promise<Omit<PaintingRecord, 'what'>> =>
  frame.evaluate(async () => {
    // The observer is told of a task after it.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { tasks, gaps, stop } = Reflect.get(window, 'recorder') as Recorder;
    stop();
    return {
      longTasks: tasks.length,
      longest: Math.max(0, ...tasks),
      frames: gaps.length,
      late: gaps.filter((gap) => gap > 25).length,
      gap: Math.max(0, ...gaps),
    };
  });
