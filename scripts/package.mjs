/**
 * Makes the extension's packages: `npm run package [-- TARGET...]`, by default all of them.
 *
 *   universal      WebGPU and WebAssembly, for every platform
 *   PLATFORM-ARCH  also ONNX Runtime's native library, for a fast run where there is no WebGPU
 *
 * Each one is put together from exactly the files that run, in out/package/TARGET, and packed from there.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { bundledPackages, notices } from './notices.mjs';
import { packagedReadme, SHIPPED_DOCS } from './readme.mjs';

process.chdir(join(import.meta.dirname, '..'));

const UNIVERSAL = 'universal';
/** Largest size of each package in MB. */
const BUDGETS = {
  [UNIVERSAL]: 13.3,
  'linux-x64': 32,
  'linux-arm64': 26,
  'darwin-arm64': 32,
  'win32-x64': 43,
  'win32-arm64': 44,
};

/** Fields of package.json that VS Code or its marketplace reads. */
const FIELDS = [
  ...['name', 'displayName', 'description', 'version', 'publisher', 'license', 'repository', 'homepage', 'bugs'],
  ...['engines', 'categories', 'keywords', 'icon', 'galleryBanner', 'type', 'main', 'l10n', 'activationEvents'],
  ...['capabilities', 'contributes', 'extensionKind'],
];
const FILES = [
  ...['dist', 'media', 'models/fruit128', 'models/drawn', 'l10n', 'package.nls.json', 'CHANGELOG.md', 'LICENSE'],
  ...SHIPPED_DOCS,
];
/** The pictures of the demo are for a clone of the repository. */
const NOT_SHIPPED = [...['media/sample/cat-256.jpg', 'media/sample/fruit-128.png', 'media/sample/fruit-16.png']];

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const wanted = process.argv.slice(2);
const unknown = wanted.find((target) => !(target in BUDGETS));
if (unknown) throw new Error(`There is no target "${unknown}": choose among ${Object.keys(BUDGETS).join(', ')}.`);

execFileSync(process.execPath, ['esbuild.mjs', '--production'], { stdio: ['ignore', 'ignore', 'inherit'] });
const tooLarge = [];
for (const target of wanted.length > 0 ? wanted : Object.keys(BUDGETS)) {
  const folder = stage(target);
  const packagePath = join('out', `${manifest.name}-${manifest.version}-${target}.vsix`);
  await createVSIX({
    cwd: folder,
    packagePath,
    ...(target !== UNIVERSAL && { target }),
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const size = statSync(packagePath).size / 1e6;
  console.log(`${packagePath}: ${size.toFixed(1)} MB of at most ${BUDGETS[target]} MB`);
  if (size > BUDGETS[target]) tooLarge.push(target);
}
if (tooLarge.length > 0) throw new Error(`Larger than their budgets: ${tooLarge.join(', ')}.`);

/** Puts a package's files together; returns their folder. */
function stage(target) {
  const folder = join('out/package', target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) {
    if (existsSync(file)) cpSync(file, join(folder, file), { recursive: true });
  }
  for (const file of NOT_SHIPPED) rmSync(join(folder, file), { recursive: true, force: true });
  const packages = bundledPackages(JSON.parse(readFileSync('out/inputs.json', 'utf8')));
  if (target !== UNIVERSAL) packages.push(...stageNative(target, folder));
  writeFileSync(join(folder, 'README.md'), packagedReadme(readFileSync('README.md', 'utf8'), '.'));
  // Without one, vsce warns that everything in the folder is packed; that is what the folder is for.
  writeFileSync(join(folder, '.vscodeignore'), '');
  writeFileSync(join(folder, 'THIRD_PARTY_NOTICES.txt'), notices([...new Set(packages)].sort()));
  const fields = FIELDS.filter((field) => field in manifest).map((field) => [field, manifest[field]]);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(Object.fromEntries(fields), undefined, 2));
  return folder;
}

/** Copies what `import('onnxruntime-node')` loads on one platform to where dist/ finds it; returns the packages. */
function stageNative(target, folder) {
  const [platform, arch] = target.split('-');
  const copy = (path) =>
    cpSync(join('node_modules', path), join(folder, 'dist/node_modules', path), { recursive: true });
  const scripts = (path) => readdirSync(join('node_modules', path)).filter((file) => file.endsWith('.js'));

  copy('onnxruntime-node/package.json');
  for (const file of scripts('onnxruntime-node/dist')) copy(`onnxruntime-node/dist/${file}`);
  copy('onnxruntime-common/package.json');
  copy('onnxruntime-common/dist/cjs/package.json');
  for (const file of scripts('onnxruntime-common/dist/cjs')) copy(`onnxruntime-common/dist/cjs/${file}`);

  const binaries = `onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
  for (const file of readdirSync(join('node_modules', binaries))) {
    // On macOS the library is there twice; the binding asks for the name without a full version.
    if (!/\.\d+\.\d+\.\d+\.dylib$/.test(file)) copy(`${binaries}/${file}`);
  }
  return ['node_modules/onnxruntime-node', 'node_modules/onnxruntime-common'];
}
