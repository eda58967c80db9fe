/**
 * The real VS Code workbench and extension host without the desktop download: code-server and the Node it asks for, both
 * from the npm registry, installed once into a folder that git ignores. No compiler is needed: the native modules that
 * the install scripts would build only serve terminals and file watching by the system, which the tests do without.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { CACHE } from './paths.ts';
import { until, within } from './wait.ts';

const CODE_SERVER = '4.139.1';
/** The VS Code inside. */
export const WORKBENCH_NAME = `code-server ${CODE_SERVER} (VS Code 1.139.1)`;
const NODE = '24.21.0';
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const HOME = join(CACHE, `code-server-${CODE_SERVER}-node-${NODE}`);
const COMPLETE = join(HOME, 'complete');
const node = join(HOME, 'node_modules', NODE_PACKAGE, 'bin/node');
const entry = join(HOME, 'node_modules/code-server/out/node/entry.js');

/** Downloads what is not there yet (about 400 MB once installed). */
export function ensureCodeServer(): void {
  if (existsSync(COMPLETE)) return;
  console.log(`Installing ${WORKBENCH_NAME} into ${HOME}`);
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  writeFileSync(join(HOME, 'package.json'), '{"private":true}');
  npmInstall(HOME, `${NODE_PACKAGE}@${NODE}`, `code-server@${CODE_SERVER}`);
  // code-server's own install script would do this one; it is skipped with all the others.
  npmInstall(join(HOME, 'node_modules/code-server/lib/vscode'), '--omit=dev');
  writeFileSync(COMPLETE, '');
}

function npmInstall(cwd: string, ...args: string[]): void {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--no-save', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', ...quiet, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`npm could not install ${args.join(' ')}.`);
}

export interface ServerOptions {
  /** Folder for the server's own files: settings, logs, extensions. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For the server and so for its extension hosts. */
  readonly env?: Readonly<Record<string, string>>;
}

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'chat.disableAIFeatures': true,
  // No extension here runs in a worker of the page, and a host for some starts with every window.
  'extensions.webWorker': false,
};

export class CodeServer {
  private constructor(
    /** host:port of its web page, also the authority of its vscode-remote URIs. */
    readonly authority: string,
    private readonly process: ChildProcess,
    private readonly logFile: string,
  ) {}

  static async start({ folder, settings = {}, env = {} }: ServerOptions): Promise<CodeServer> {
    ensureCodeServer();
    // Settings of the machine, such as the device, are read from a file of its own.
    for (const scope of ['User', 'Machine']) {
      mkdirSync(join(folder, 'user', scope), { recursive: true });
      writeFileSync(join(folder, 'user', scope, 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
    }
    const port = await freePort();
    const logFile = join(folder, 'server.log');
    const log = openSync(logFile, 'w');
    const child = spawn(node, [entry, ...commonArguments(folder), ...serverArguments(port)], {
      env: environment(folder, env),
      stdio: ['ignore', log, log],
      // Its own process group, so that the extension hosts end with it.
      detached: true,
    });
    const server = new CodeServer(`127.0.0.1:${port}`, child, logFile);
    try {
      await until('code-server to start', () => server.#healthy(), 60_000);
    } catch (error) {
      await server.stop();
      throw new Error(`${(error as Error).message}\n${server.log()}`, { cause: error });
    }
    return server;
  }

  /** Installs a packaged extension for servers that start on this folder. */
  static installExtension(folder: string, vsix: string): void {
    ensureCodeServer();
    mkdirSync(folder, { recursive: true });
    const { status, stdout, stderr } = spawnSync(
      node,
      [entry, ...commonArguments(folder), '--install-extension', vsix],
      {
        env: environment(folder, {}),
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(`code-server did not install ${vsix}:\n${stdout}${stderr}`);
  }

  log = (): string => readFileSync(this.logFile, 'utf8');

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.#signal('SIGTERM');
    await within('code-server to end', ended, 5000).catch(() => undefined);
    this.#signal('SIGKILL');
  }

  async #healthy(): Promise<boolean> {
    if (this.process.exitCode !== null) throw new Error(`code-server ended with status ${this.process.exitCode}.`);
    return fetch(`http://${this.authority}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.process.pid!, signal);
    } catch {
      // The group is gone already.
    }
  }
}

const commonArguments = (folder: string): string[] => [
  ...['--config', join(folder, 'config.yaml')],
  ...['--user-data-dir', join(folder, 'user')],
  ...['--extensions-dir', join(folder, 'extensions')],
];

const serverArguments = (port: number): string[] => [
  ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
  ...[
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
  ],
  // Lets a page ask for extension tests, and hands it their outcome.
  ...['--vscode-option', 'enable-smoke-test-driver'],
];

const environment = (folder: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...env,
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, 'xdg'),
  XDG_DATA_HOME: join(folder, 'xdg'),
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
