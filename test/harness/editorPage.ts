/** The GAN prior editor as a person reads and uses it. */
import type { Frame, Locator } from 'playwright-core';
import { until } from './wait.ts';
import type { Workbench } from './workbench.ts';

/** A software GPU compiles its shaders on the CPU, beside everything else that runs there. */
const PATIENCE_MS = 400_000;

export class EditorPage {
  private constructor(
    readonly frame: Frame,
    private readonly workbench: Workbench,
  ) {}

  /** The editor of a picture, once it shows it. */
  static async of(workbench: Workbench, file: string): Promise<EditorPage> {
    return new EditorPage(await workbench.webview(`img.source[alt^="${file},"]`, PATIENCE_MS), workbench);
  }

  /** The sentence that tells how things stand: "Ready", "Step 3 of 20", "Done: 20 steps in 4 s". */
  headline = async (): Promise<string> => (await this.frame.locator('.headline').textContent()) ?? '';

  async waitForHeadline(pattern: RegExp): Promise<string> {
    try {
      return await until(
        `the headline ${pattern}`,
        async () => {
          const headline = await this.headline();
          if (headline === 'This did not work' && !pattern.test(headline)) throw new Error(await this.problem());
          return pattern.test(headline) ? headline : undefined;
        },
        PATIENCE_MS,
      );
    } catch (error) {
      const picture = await this.workbench.screenshot(`headline-${Date.now()}`);
      throw new Error(`${(error as Error).message} It says "${await this.headline()}": ${picture}`, { cause: error });
    }
  }

  /** Number of the step the headline tells. */
  step = async (): Promise<number> => Number(/step (\d+)/i.exec(await this.headline())?.[1] ?? 0);

  /** A stroke with the tool in hand, between two places of the picture, each as shares of its width and height. */
  async paint(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    // The divider, which goes to its place when a run is over, is not to be under the pointer.
    await this.frame
      .locator('.sheet')
      .first()
      .evaluate((node) => Promise.all(node.getAnimations().map(({ finished }) => finished.catch(() => undefined))));
    const sheet = (await this.frame.locator('.sheet').boundingBox())!;
    const at = ([x, y]: readonly [number, number]) => [sheet.x + sheet.width * x, sheet.y + sheet.height * y] as const;
    const { mouse } = this.workbench.page;
    await mouse.move(...at(from));
    await mouse.down();
    await mouse.move(...at(to), { steps: 6 });
    await mouse.up();
  }

  /** Picks from the list of a field. */
  choose = (field: string, option: string): Promise<true> =>
    until(`${option} in ${field}`, async () => {
      const list = this.frame.locator(field);
      // Whatever takes the focus meanwhile, such as a saved file that is shown in the Explorer, closes it.
      if ((await list.getAttribute('aria-expanded')) !== 'true') await list.click();
      return this.frame
        .getByRole('option', { name: option, exact: true })
        .click({ timeout: 1000 })
        .then(
          () => true as const,
          () => undefined,
        );
    });

  button = (label: string): Locator => this.frame.getByRole('button', { name: label, exact: true });

  /** Starts a run, the first one or another. */
  start = (): Promise<void> => this.frame.getByRole('button', { name: /^Start( again)?$/ }).click();

  /** The table of facts: "Size", "Runs on", "Seed" and so on. */
  facts = (): Promise<Record<string, string>> =>
    this.frame.locator('dl.facts').evaluate((list) => {
      const [names, values] = ['dt', 'dd'].map((tag) =>
        [...list.querySelectorAll(tag)].map((node) => node.textContent),
      );
      return Object.fromEntries(names!.map((name, i) => [name, values![i] ?? '']));
    });

  /** The name of the file that the result was saved as; empty before. */
  savedAs = async (): Promise<string> => (await this.frame.locator('.saved .name').textContent()) ?? '';

  notes = (): Promise<string[]> => this.frame.locator('.notes li').allTextContents();

  problem = async (): Promise<string> => (await this.frame.locator('.problem-box p').first().textContent()) ?? '';

  /** The picture that develops, as the pixels of its canvas; empty while there is none. */
  preview = (): Promise<string> =>
    this.frame
      .locator('.stage canvas')
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

  /** The mask as its overlay shows it, 0 to 255, pixel by pixel of the picture; all of it must be seen. */
  mask = (): Promise<number[]> => maskOf(this.frame);
}

/** See `EditorPage.mask`. */
export const maskOf = (frame: Frame): Promise<number[]> =>
  frame.evaluate(() => {
    const { naturalWidth: width, naturalHeight: height } = document.querySelector<HTMLImageElement>('img.source')!;
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.mask')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: width * height }, (_, i) => {
      // What the canvas shows at the middle of the pixel.
      const x = Math.floor((((i % width) + 0.5) * canvas.width) / width);
      const y = Math.floor(((Math.floor(i / width) + 0.5) * canvas.height) / height);
      return data[4 * (y * canvas.width + x) + 3]!;
    });
  });

/** What a narrow page folds away is to be seen, too. */
export async function unfold(frame: Frame): Promise<void> {
  const summary = frame.locator('.fold:not([open]) > summary');
  if (await summary.isVisible()) await summary.click();
}
