/** The VS Code workbench as a person meets it: its Explorer, menus, editors and webviews. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Dialog, Frame, Locator, Page } from 'playwright-core';
import { Bridge } from './bridge.ts';
import { KEEP_NAMES, launchChromium, type Gpu } from './chromium.ts';
import { CodeServer } from './codeServer.ts';
import { OUT, ROOT } from './paths.ts';
import { until, within } from './wait.ts';

export interface WorkbenchOptions {
  /** The workspace folder. */
  readonly workspace: string;
  readonly gpu?: Gpu;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Window size in CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
  /** A packaged extension to install and test instead of the one in this folder. */
  readonly vsix?: string;
}

const BRIDGE = join(import.meta.dirname, 'bridge');

export class Workbench {
  private constructor(
    readonly page: Page,
    /** The vscode API of the extension host. */
    readonly host: Bridge,
    private readonly server: CodeServer,
    private readonly context: BrowserContext,
    private readonly folder: string,
    /** The page on a workspace folder. */
    private readonly urlOf: (workspace: string) => string,
    private workspace: string,
  ) {}

  /** Starts a server and a browser, and waits until extension commands can be used. */
  static async open({ workspace, gpu = 'software', settings = {}, size, vsix }: WorkbenchOptions): Promise<Workbench> {
    const folder = mkdtempSync(join(tmpdir(), 'workbench-'));
    if (vsix) CodeServer.installExtension(folder, vsix);
    const address = join(folder, 'bridge.sock');
    const host = await Bridge.listen(address);
    const server = await CodeServer.start({ folder, settings, env: { TEST_BRIDGE: address } });
    const context = await launchChromium(join(folder, 'browser'), gpu, size);
    const page = context.pages()[0] ?? (await context.newPage());
    const urlOf = (workspace: string): string =>
      workbenchUrl(server, workspace, {
        extensionDevelopmentPath: [vsix ? BRIDGE : ROOT],
        extensionTestsPath: join(BRIDGE, 'host.mjs'),
      });
    const workbench = new Workbench(page, host, server, context, folder, urlOf, workspace);
    try {
      await workbench.#load();
    } catch (error) {
      await workbench.screenshot('open');
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  async #load(): Promise<void> {
    const connected = this.host.connected();
    // A machine that is busy with other tests takes its time over the first page.
    await this.page.goto(this.urlOf(this.workspace), { timeout: 120_000 });
    await within('the extension host', connected, 60_000);
    await this.#explorerRows().first().waitFor();
  }

  /** A second window on the same folder; from now on the extension host is that of this one, until another window is opened. */
  async another(): Promise<Workbench> {
    const page = await this.context.newPage();
    const { host, server, context, folder, urlOf, workspace } = this;
    const second = new Workbench(page, host, server, context, folder, urlOf, workspace);
    await second.#load();
    return second;
  }

  /** Leaves the window, whatever is not saved in it, and opens another folder. */
  async show(workspace: string): Promise<void> {
    const leave = (dialog: Dialog): void => void dialog.accept();
    this.page.on('dialog', leave);
    this.workspace = workspace;
    await this.#load();
    this.page.off('dialog', leave);
  }

  /**
   * Leaves the window as soon as VS Code lets go of it without asking about what is not saved, which is when it has a backup of
   * everything, and opens the folder again.
   */
  async reopen(): Promise<void> {
    const { page } = this;
    const stay = (dialog: Dialog): void => void dialog.dismiss();
    page.on('dialog', stay);
    await until('the window to close without a question', async () => {
      // There may be none yet, or one may just be replaced by the next.
      if (!(await this.#backupsAreKnown().catch(() => false))) return false;
      return page.goto('about:blank', { timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    });
    page.off('dialog', stay);
    await this.#load();
  }

  /**
   * Whether the browser's copy of the open editors names the backups that there are. VS Code writes it every few seconds, as
   * it cannot when a page goes away, and an editor without the name of its backup is restored without it.
   */
  async #backupsAreKnown(): Promise<boolean> {
    const home = join(this.folder, 'user/User/Backups');
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /custom-editor./.test(file),
    );
    const ids = files.map((file) => /"backupId":"([^"]+)"/.exec(readFileSync(join(home, file), 'utf8'))?.[1]);
    await this.page.evaluate(KEEP_NAMES);
    const known = await this.page.evaluate(readStoredState);
    return ids.length > 0 && ids.every((id) => id !== undefined && known.includes(id));
  }

  async close(): Promise<void> {
    this.host.close();
    await this.context.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file or folder in the Explorer, and not its sidecar, whose name begins like it. */
  explorerRow(name: string): Locator {
    const label = this.page.locator('.label-name').getByText(name, { exact: true });
    return this.#explorerRows().filter({ has: label });
  }

  #explorerRows(): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row');
  }

  /** Right-clicks a file in the Explorer and picks a menu item, through its submenus. */
  async pickInExplorer(file: string, ...path: readonly string[]): Promise<void> {
    await this.explorerRow(file).click({ button: 'right' });
    for (const [depth, label] of path.entries()) await this.#inMenu(label, depth === path.length - 1);
  }

  /** Picks an item of the menu that is open. */
  pickInMenu = (label: string): Promise<void> => this.#inMenu(label, true);

  async #inMenu(label: string, pick: boolean): Promise<void> {
    const item = this.page.getByRole('menuitem', { name: label });
    await item.hover();
    // A menu ignores a click that comes within 100 ms of its opening, so that a shaky right click picks nothing.
    await delay(250);
    if (pick) await item.click();
  }

  /** Runs a command by its title. */
  async pickInPalette(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    // Whatever takes the focus meanwhile, such as a saved file that is shown in the Explorer, closes the palette.
    await until(`${title} in the palette`, async () => {
      await this.page.keyboard.press('F1');
      return input
        .fill(`>${title}`, { timeout: 1000 })
        .then(() => row.click({ timeout: 1000 }))
        .then(
          () => true,
          () => false,
        );
    });
  }

  /** The document of a custom editor that is in front and has an element that matches `ready`. */
  webview(ready: string, timeoutMs = 30_000): Promise<Frame> {
    return until(
      `a webview with ${ready}`,
      async () => {
        for (const frame of this.page.frames()) {
          if (!frame.url().includes('/fake.html?')) continue;
          // A frame may go away while it is asked.
          if (await shows(frame, ready).catch(() => false)) return frame;
        }
        return undefined;
      },
      timeoutMs,
    );
  }

  /** Text of the notifications shown since the start, newest first. */
  async notifications(): Promise<string[]> {
    await this.host.run((vscode) => void vscode.commands.executeCommand('notifications.showList'));
    return this.page.locator('.notifications-list-container .notification-list-item-message').allTextContents();
  }

  /** Saves a picture of the window under out/, for whoever looks into a failure. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(OUT, { recursive: true });
    const path = join(OUT, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** Whether the document of a webview is seen, with an element that matches `ready`. */
async function shows(frame: Frame, ready: string): Promise<boolean> {
  // A hidden webview lives on; what hides it lies outside of its own document.
  const outer = await frame.parentFrame()?.frameElement();
  return !!(await outer?.isVisible()) && frame.locator(ready).first().isVisible();
}

/** The workbench page on a folder; `payload` is what a desktop VS Code takes as arguments, with paths on the server. */
export function workbenchUrl(
  server: CodeServer,
  workspace: string | undefined,
  payload: Readonly<Record<string, string | readonly string[]>>,
): string {
  const entries = Object.entries(payload).flatMap(([key, value]) =>
    [value].flat().map((item) => [key, item.startsWith('/') ? `vscode-remote://${server.authority}${item}` : item]),
  );
  const query = new URLSearchParams(workspace === undefined ? { ew: 'true' } : { folder: workspace });
  query.set('payload', JSON.stringify(entries));
  return `http://${server.authority}/?${query}`;
}

/** Runs in the page: everything that VS Code remembers in this browser, as text. */
async function readStoredState(): Promise<string> {
  const ask = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  const texts: string[] = [];
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith('vscode-web-state-db')) continue;
    const database = await ask(indexedDB.open(name));
    texts.push(...(await ask(database.transaction('ItemTable').objectStore('ItemTable').getAll())).map(String));
    database.close();
  }
  return texts.join('\n');
}
