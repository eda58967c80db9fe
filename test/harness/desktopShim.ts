/** What `code.mjs` does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchChromium } from './chromium.ts';
import { CodeServer } from './codeServer.ts';
import { within } from './wait.ts';
import { workbenchUrl } from './workbench.ts';

const LIMIT_MS = 600_000;

/** @returns exit status of the extension tests */
export async function runAsDesktop(args: readonly string[]): Promise<number> {
  const values = (name: string) =>
    args.flatMap((arg) => (arg.startsWith(`--${name}=`) ? [arg.slice(name.length + 3)] : []));
  const [tests] = values('extensionTestsPath');
  if (tests === undefined) throw new Error('--extensionTestsPath is missing.');
  const workspace = args.find((arg) => !arg.startsWith('-'));

  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  const server = await CodeServer.start({ folder });
  const context = await launchChromium(join(folder, 'browser'), 'software');
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const ended = new Promise<number>((end) => void page.exposeFunction('codeAutomationExit', end));
    // The extension host's console; the tests report through a file.
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(
      workbenchUrl(server, workspace && resolve(workspace), {
        extensionDevelopmentPath: values('extensionDevelopmentPath'),
        extensionTestsPath: tests,
      }),
    );
    return await within('the extension tests to end', ended, LIMIT_MS);
  } catch (error) {
    console.error(server.log());
    throw error;
  } finally {
    await context.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
