/** VS Code's own themes, as tests and screenshots use them. */
import { until } from './wait.ts';
import type { Workbench } from './workbench.ts';

/** What the setting calls each, and the class that the workbench and its webviews have then. */
const THEMES = {
  dark: { name: 'Default Dark Modern', workbench: 'vs-dark', webview: 'vscode-dark' },
  light: { name: 'Default Light Modern', workbench: 'vs', webview: 'vscode-light' },
  'high-contrast': { name: 'Default High Contrast', workbench: 'hc-black', webview: 'vscode-high-contrast' },
  'light-high-contrast': {
    name: 'Default High Contrast Light',
    workbench: 'hc-light',
    webview: 'vscode-high-contrast-light',
  },
} as const;
export type Theme = keyof typeof THEMES;
/** What pictures are drawn in. */
export const THEME_IDS = ['dark', 'light', 'high-contrast'] as const satisfies readonly Theme[];
export const LIGHT_HIGH_CONTRAST = 'light-high-contrast' satisfies Theme;

export const themeName = (theme: Theme): string => THEMES[theme].name;

/** Resolves when the workbench and every page in front show it. */
export async function useTheme({ page, host }: Workbench, theme: Theme): Promise<void> {
  const { name, workbench, webview } = THEMES[theme];
  await host.run(
    async (vscode, value) =>
      vscode.workspace.getConfiguration('workbench').update('colorTheme', value, vscode.ConfigurationTarget.Global),
    name,
  );
  await page.locator(`.monaco-workbench.${workbench}`).first().waitFor();
  const pages = page.frames().filter((frame) => frame.url().includes('/fake.html?'));
  await until(`the theme ${name} in the webviews`, async () => {
    const shown = await Promise.all(
      pages.map((frame) =>
        frame
          .locator(`body.${webview}`)
          .count()
          .catch(() => 1),
      ),
    );
    return shown.every((count) => count > 0);
  });
}
