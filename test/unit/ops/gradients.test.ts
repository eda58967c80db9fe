/** Every operator's shape rule and gradient against PyTorch, computed by ONNX Runtime. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPOSITES, OPERATORS } from '../../../src/engine/ops/index.ts';
import { assertCase, CASES, PUBLISHED } from './cases.ts';
import { ortRun } from './ortRun.ts';

for (const c of CASES) {
  test(`gradient: ${c.name}`, () => assertCase(c, ortRun));
}

test('every operator of published generators has a case', () => {
  const covered = new Set(CASES.map(({ op }) => op));
  assert.deepEqual(
    PUBLISHED.filter((op) => !covered.has(op)),
    [],
  );
});

/** Operators through which no gradient can flow: each of their rules is `null`. */
const CONSTANT_ALMOST_EVERYWHERE = [
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'And', 'Or', 'Not'],
  ...['Sign', 'Floor', 'Ceil', 'Round', 'Shape', 'Size', 'ConstantOfShape', 'Range'],
];

test('every differentiable operator has a case', () => {
  const covered = new Set([...CASES.map(({ op }) => op), ...CONSTANT_ALMOST_EVERYWHERE]);
  const missing = [...OPERATORS, ...COMPOSITES].filter(({ type, vjp }) => vjp && !covered.has(type));
  assert.deepEqual(
    missing.map(({ type }) => type),
    [],
  );
});
