/** A real Chromium, with WebGPU on the software adapter or without any. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type BrowserContext } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * "software": SwiftShader, the same on every machine. "hardware": the machine's own adapter, SwiftShader where it has none. "none":
 * `navigator.gpu.requestAdapter()` gives null.
 */
export type Gpu = 'software' | 'hardware' | 'none';

const GPU_FLAGS: Readonly<Record<Gpu, readonly string[]>> = {
  software: [
    '--enable-unsafe-webgpu',
    '--enable-features=Vulkan',
    '--use-webgpu-adapter=swiftshader',
    '--use-angle=swiftshader',
    '--use-vulkan=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
  ],
  hardware: ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist'],
  none: [],
};

const QUIET_FLAGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** tsx names every function through a helper, which a function that is sent elsewhere as source then lacks. */
export const KEEP_NAMES = 'globalThis.__name = (value) => value;';

/** $CHROME, else a browser of this machine, else the one Playwright downloaded. */
export function findChromium(): string | undefined {
  const chosen = process.env['CHROME'];
  if (chosen) return chosen;
  return [...INSTALLED, chromium.executablePath()].find((path) => existsSync(path));
}

/** Installs Chromium if this machine has none: from Debian's packages as root, else Playwright's own build. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found) return found;
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.env['DEBIAN_FRONTEND'] = 'noninteractive';
    run('apt-get', 'update', '-q');
    run('apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium');
  } else {
    run(process.execPath, 'node_modules/playwright-core/cli.js', 'install', 'chromium');
  }
  const installed = findChromium();
  if (!installed) throw new Error('The tests need Chromium: install it, or set CHROME to its executable.');
  return installed;
}

/**
 * @param profile folder for the browser's own files
 */
export function launchChromium(
  profile: string,
  gpu: Gpu,
  size = { width: 1280, height: 800 },
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    viewport: size,
    // Playwright's --headless is the old mode, which has no GPU process; its --disable-gpu takes WebGPU away.
    ignoreDefaultArgs: ['--headless', '--disable-gpu'],
    args: ['--headless=new', ...QUIET_FLAGS, ...GPU_FLAGS[gpu]],
  });
}
