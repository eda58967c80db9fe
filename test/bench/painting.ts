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
import { tasksDuring, type Task } from './mainThread.ts';

export interface PaintingRecord {
  readonly what: string;
  /** Tasks of the main thread beyond 50 ms, and the longest of them, in milliseconds by the clock. */
  readonly longTasks: number;
  readonly longest: number;
  /** The same in processor time of the thread, which is what is left of them when nothing else runs. */
  readonly busyTasks: number;
  readonly busiest: number;
  /** All that the main thread did, in milliseconds of processor time. */
  readonly busy: number;
  /** Until the last frame, in seconds. */
  readonly seconds: number;
  readonly frames: number;
  /** Frames that came more than one and a half times too late for 60 a second, and the longest gap, in milliseconds. */
  readonly late: number;
  readonly gap: number;
}

/** A task as long as this is felt. */
const LONG_MS = 50;
const LATE_MS = 25;
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
    await workbench.pickInExplorer('large.png', 'GAN Prior', 'Inpaint');
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
      let gaps: readonly number[] = [];
      const tasks = await tasksDuring(workbench.page, async () => {
        await beginFrames(frame);
        await act();
        gaps = await endFrames(frame);
      });
      records.push({ what, ...summary(tasks, gaps) });
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

function summary(tasks: readonly Task[], gaps: readonly number[]): Omit<PaintingRecord, 'what'> {
  const [wall, cpu] = [tasks.map((task) => task.wall), tasks.map((task) => task.cpu)];
  return {
    longTasks: wall.filter((ms) => ms > LONG_MS).length,
    longest: Math.max(0, ...wall),
    busyTasks: cpu.filter((ms) => ms > LONG_MS).length,
    busiest: Math.max(0, ...cpu),
    busy: sum(cpu),
    seconds: sum(gaps) / 1000,
    frames: gaps.length,
    late: gaps.filter((gap) => gap > LATE_MS).length,
    gap: Math.max(0, ...gaps),
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

interface Recorder {
  readonly gaps: number[];
  going: boolean;
}

/** Notes when frames come. */
const beginFrames = (frame: Frame): Promise<void> =>
  frame.evaluate(() => {
    const recorder: Recorder = { gaps: [], going: true };
    let last: number | undefined;
    requestAnimationFrame(function tick(now) {
      if (last !== undefined) recorder.gaps.push(now - last);
      last = now;
      if (recorder.going) requestAnimationFrame(tick);
    });
    Reflect.set(window, 'recorder', recorder);
  });

/** @returns the times between two frames, in milliseconds */
const endFrames = (frame: Frame): Promise<readonly number[]> =>
  frame.evaluate(() => {
    const recorder = Reflect.get(window, 'recorder') as Recorder;
    recorder.going = false;
    return recorder.gaps;
  });
