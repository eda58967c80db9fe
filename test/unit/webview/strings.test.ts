/** The page's sentences: each is used, and each can be said. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exploreStrings } from '../../../src/webview/exploreStrings.ts';
import { strings } from '../../../src/webview/strings.ts';

const FOLDER = join(import.meta.dirname, '../../../src/webview');

test('no sentence is left over', () => {
  const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
    .join('\n');
  const unused = Object.keys({ ...strings, ...exploreStrings }).filter(
    (name) => !new RegExp(`trings\\.${name}\\b`).test(sources),
  );
  assert.deepEqual(unused, []);
});

test('what a run is made on is a processor or a GPU before it is a runtime', () => {
  assert.equal(strings.device('onnxruntime-node CPU'), 'Processor (onnxruntime-node CPU)');
  assert.equal(strings.device('onnxruntime-web WASM'), 'Processor (onnxruntime-web WASM)');
  assert.equal(strings.device('onnxruntime-node WebGPU'), 'GPU (onnxruntime-node WebGPU)');
  assert.equal(strings.device(strings.pageBackend('apple')), 'GPU (WebGPU, apple)');
  assert.equal(strings.device(''), '');
  assert.match(strings.noAdapter('onnxruntime-node CPU'), /on this computer's processor\.$/);
  assert.match(strings.noAdapter('onnxruntime-node WebGPU'), /outside of it, on onnxruntime-node WebGPU\.$/);
});
