/**
 * `npm run demo`: installs and builds what is missing, then super-resolves the samples (a photograph with *Any picture*, a drawn
 * fruit with the model that knows fruit) and compares the results with the known originals. Needs nothing but Node and the package registry.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const sample = (name) => join('media', 'sample', name);
const out = join('out', 'demo');

const [major] = process.versions.node.split('.');
if (Number(major) < 20) fail(`Node ${process.versions.node} is too old: the demo needs Node 20 or newer.`);

if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) {
  console.log('Installing the packages (npm ci) ...');
  npm('ci', '--no-audit', '--no-fund');
}
console.log('Building ...');
npm('run', '--silent', 'build');

mkdirSync(join(root, out), { recursive: true });
superResolve('A photograph, x4, with a model for any picture', 'cat-64.png', 'cat-256.jpg');
superResolve('A drawn fruit, x8, with the embedded model that knows fruit on white', 'fruit-16.png', 'fruit-128.png');

function superResolve(title, small, original) {
  const result = join(out, small.replace('.png', '.super-resolve.png'));
  console.log(`\n${title}:`);
  const given = ['super-resolve', sample(small), '--out', result, '--force', '--truth', sample(original)];
  run(process.execPath, [join('dist', 'cli.js'), ...given]);
  console.log(`
  input     ${join(root, sample(small))}
  result    ${join(root, result)}
  original  ${join(root, sample(original))}`);
}

function npm(...args) {
  // npm says how it was started; without it (node scripts/demo.mjs), the shell finds npm, which is a .cmd on Windows.
  const script = process.env.npm_execpath;
  if (script && /\.c?js$/.test(script)) run(process.execPath, [script, ...args]);
  else run('npm', args, { shell: process.platform === 'win32' });
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
