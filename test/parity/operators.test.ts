/** Every operator's shape rule and gradient against PyTorch, computed on WASM. */
import { test } from 'node:test';
import { wasmBackend } from '../support/backends.ts';
import { assertCase, CASES } from '../unit/ops/cases.ts';
import { ortRun } from '../unit/ops/ortRun.ts';

for (const c of CASES) {
  test(`${wasmBackend.name}, gradient: ${c.name}`, () =>
    assertCase(c, (graph, feeds) => ortRun(graph, feeds, wasmBackend)));
}
