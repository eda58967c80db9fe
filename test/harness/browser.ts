/** Runs a module of the project inside a worker of a real browser, under the restrictions of a webview. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BrowserContext, JSHandle, Page } from 'playwright-core';
import { KEEP_NAMES, launchChromium, type Gpu } from './chromium.ts';
import { within } from './wait.ts';

/** What VS Code lets an extension's webview do at most, with loopback in the place of its resource host. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  'worker-src blob:',
  "connect-src 'self' blob: data:",
].join('; ');

/** What the entry's `main` gets beside its input. */
export type Files = Readonly<Record<string, ArrayBuffer>>;
/** The same before they travel. */
export type FilesInNode = Readonly<Record<string, Uint8Array>>;

export class Browser {
  private constructor(
    private readonly page: Page,
    private readonly context: BrowserContext,
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  static async open(gpu: Gpu): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), 'browser-'));
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY });
      response.end('<!doctype html><title>Tests</title>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const context = await launchChromium(folder, gpu);
    const page = context.pages()[0] ?? (await context.newPage());
    await page.addInitScript(KEEP_NAMES);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new Browser(page, context, server, folder);
  }

  /**
   * Bundles `entry` as the build bundles the engine worker, starts it from a blob, hands it the files' bytes, and ends it.
   * @param entry path of a module that exports `main(files, input)`; input and result travel as JSON
   */
  async run<I, O>(entry: string, files: FilesInNode, input: I, timeoutMs?: number): Promise<O> {
    const worker = await this.start(entry);
    try {
      return await worker.ask<I, O>(input, files, timeoutMs);
    } finally {
      await worker.end();
    }
  }

  /**
   * Starts a worker that answers more than once: `main` is called for every question.
   * @param modules another `node_modules` in which packages are looked for
   */
  async start(entry: string, modules?: string): Promise<BrowserWorker> {
    return new BrowserWorker(entry, await this.page.evaluateHandle(startWorker, await bundle(entry, modules)));
  }

  async close(): Promise<void> {
    await this.context.close();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function bundle(entry: string, modules?: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { main } from ${JSON.stringify(entry)};
        self.onmessage = async ({ data: { files, input } }) => {
          try {
            self.postMessage({ result: await main(files, input) });
          } catch (error) {
            self.postMessage({ error: error instanceof Error ? error.stack : String(error) });
          }
        };`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    ...(modules !== undefined && { nodePaths: [modules] }),
    write: false,
    platform: 'browser',
    target: 'chrome120',
    format: 'iife',
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}

export class BrowserWorker {
  constructor(
    private readonly entry: string,
    private readonly worker: JSHandle<Worker>,
  ) {}

  async ask<I, O>(input: I, files: FilesInNode = {}, timeoutMs = 600_000): Promise<O> {
    const encoded = Object.entries(files).map(
      ([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const,
    );
    const answer = this.worker.evaluate(askWorker, { files: encoded, input: input as unknown });
    return (await within(`${this.entry} in the browser`, answer, timeoutMs)) as O;
  }

  end = (): Promise<void> => this.worker.evaluate((worker) => worker.terminate());
}

/** Runs in the page. */
const startWorker = (script: string): Worker =>
  new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));

/** Runs in the page. */
function askWorker(
  worker: Worker,
  question: { readonly files: readonly (readonly [string, string])[]; readonly input: unknown },
): Promise<unknown> {
  const decode = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
  const files = Object.fromEntries(question.files.map(([name, base64]) => [name, decode(base64)]));
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<{ readonly result?: unknown; readonly error?: string }>) => {
      if (data.error === undefined) resolve(data.result);
      else reject(new Error(data.error));
    };
    worker.postMessage({ files, input: question.input }, Object.values(files));
  });
}
