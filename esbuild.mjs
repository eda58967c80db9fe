/**
 * Builds everything that ships: `node esbuild.mjs [--production] [--watch]`.
 *
 *   dist/extension.cjs      the extension host
 *   dist/runThread.cjs      its worker thread: decode, prepare, run without a GPU, finish, encode
 *   dist/convertThread.cjs  the thread that converts a downloaded checkpoint
 *   dist/gpuProbe.mjs       the process that times the GPU against the CPU
 *   dist/webview.js, .css   the editor page
 *   dist/study.js, .css     the page of a study of layers and models
 *   dist/draw.js, .css      the page that draws from a model
 *   dist/engineWorker.js    the page's engine worker (loaded as a blob)
 *   dist/maskWorker.js      its worker for large masks (likewise)
 *   dist/cli.js             the command line
 *   dist/ort/*.wasm         the one WebAssembly binary that serves WebGPU and WASM
 *   dist/*.wasm             the codecs of WebP and JPEG
 */
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as esbuild from 'esbuild';
import { CODECS } from './scripts/codecs.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'info',
  legalComments: 'none',
};
/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'onnxruntime-node'],
};
/** Libraries ask where they are with what CommonJS does not have. */
const cjs = {
  ...node,
  format: 'cjs',
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: 'var importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
};
/** @type {esbuild.BuildOptions} */
const browser = { ...common, platform: 'browser', target: 'chrome120' };

const builds = [
  { ...cjs, entryPoints: ['src/extension/extension.ts'], outfile: 'dist/extension.cjs' },
  { ...cjs, entryPoints: ['src/node/runThread.ts'], outfile: 'dist/runThread.cjs' },
  {
    ...cjs,
    entryPoints: ['src/node/store/convertThreadEntry.ts'],
    outfile: 'dist/convertThread.cjs',
  },
  { ...node, format: 'esm', entryPoints: ['src/node/gpuProbeProcess.ts'], outfile: 'dist/gpuProbe.mjs' },
  {
    ...node,
    format: 'esm',
    entryPoints: ['src/cli/cli.ts'],
    outfile: 'dist/cli.js',
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
  },
  { ...browser, format: 'iife', entryPoints: ['src/webview/main.ts'], outfile: 'dist/webview.js' },
  { ...browser, format: 'iife', entryPoints: ['src/webview/study/main.ts'], outfile: 'dist/study.js' },
  { ...browser, format: 'iife', entryPoints: ['src/webview/draw/main.ts'], outfile: 'dist/draw.js' },
  { ...browser, format: 'iife', entryPoints: ['src/webview/engineWorker.ts'], outfile: 'dist/engineWorker.js' },
  { ...browser, format: 'iife', entryPoints: ['src/webview/mask/worker.ts'], outfile: 'dist/maskWorker.js' },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/ort', { recursive: true });
const binary = 'ort-wasm-simd-threaded.asyncify.wasm';
await copyFile(`node_modules/onnxruntime-web/dist/${binary}`, `dist/ort/${binary}`);
for (const codec of CODECS) await copyFile(codec, `dist/${basename(codec)}`);

if (watch) {
  const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const results = await Promise.all(builds.map((options) => esbuild.build({ ...options, metafile: true })));
  // What scripts/package.mjs reads to tell whose code is inside.
  await mkdir('out', { recursive: true });
  await writeFile('out/inputs.json', JSON.stringify([...new Set(results.flatMap(inputsOf))].sort(), undefined, 1));
}

/** @param {esbuild.BuildResult} result */
function inputsOf({ metafile }) {
  return Object.keys(metafile?.inputs ?? {});
}
