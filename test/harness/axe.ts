/** What axe finds in a page of VS Code's. */
import axe from 'axe-core';
import type { Frame } from 'playwright-core';
import { useTheme, type Theme } from './themes.ts';
import { until } from './wait.ts';
import type { Workbench } from './workbench.ts';

/** Serious problems in these themes and at these widths of the window, a line for each element. */
export async function violationsOf(
  workbench: Workbench,
  frame: Frame,
  { themes, widths }: { readonly themes: readonly Theme[]; readonly widths: readonly number[] },
): Promise<string[]> {
  const { page } = workbench;
  const before = page.viewportSize();
  const found: string[] = [];
  // Playwright evaluates it past the page's policy, which lets in no script from elsewhere.
  await frame.evaluate(axe.source);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    await until('the width of the window', () => frame.evaluate((most) => innerWidth <= most, width));
    const overflow = await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) found.push(`${width} px: the page is ${overflow} px too wide`);
    for (const theme of themes) {
      await useTheme(workbench, theme);
      const problems = await frame.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
          resultTypes: ['violations'],
        });
        return violations.flatMap(({ id, impact, nodes }) =>
          nodes.map(({ target, failureSummary }) => ({ id, impact, text: `${target.join(' ')}. ${failureSummary}` })),
        );
      });
      for (const { id, impact, text } of problems) {
        if (impact === 'serious' || impact === 'critical')
          found.push(`${width} px, ${theme}: ${impact} ${id} at ${text}`);
      }
    }
  }
  if (before) await page.setViewportSize(before);
  return found;
}
