/** What is drawn from a model: random codes, what lies between, mixtures, results, and runs that begin with some. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrawDocument, type FinishedRun } from '../../../src/extension/draw/drawDocument.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { float32 } from '../../../src/engine/tensor.ts';
import type { Drawable } from '../../../src/shared/draw/thread.ts';

const SIZE = 8;
const MODELS = [{ id: 'a', name: 'A', lastLayer: 4, truncates: false }];
const WISH = { model: 'a', seed: 3, count: 4 };
const finished = (picture: string, layer: number, value: number): FinishedRun => ({
  ...{ picture, model: 'a', job: { layer } as Job },
  values: { z: float32([1, SIZE], new Float32Array(SIZE).fill(value)), alpha: float32([1, 2], [value, value]) },
});

function scene({ results = [], fails }: { results?: FinishedRun[]; fails?: (what: Drawable) => boolean } = {}) {
  const drawn: Drawable[] = [];
  const shown: number[] = [];
  const started: number[][][] = [];
  const document = new DrawDocument(
    MODELS,
    {
      models: () => Promise.resolve(MODELS),
      codeSize: () => Promise.resolve(SIZE),
      draw: (_, __, what) => {
        if (fails?.(what)) return Promise.reject(new Error('The model is damaged.'));
        drawn.push(what);
        return Promise.resolve(new Uint8Array([1]));
      },
      results: () => results,
      start: (_, codes) => Promise.resolve(void started.push(codes.map((code) => [...code]))),
    },
    { state: () => undefined, picture: (id) => shown.push(id) },
  );
  return { document, drawn, shown, started };
}
const ids = (document: DrawDocument) => document.state.items.map(({ id }) => id);

test('the same seed draws the same codes, in the place of those before', async () => {
  const { document, drawn, shown } = scene();
  await document.draw(WISH);
  assert.deepEqual(
    document.state.items.map(({ from }) => from.kind),
    Array(4).fill('random'),
  );
  const first = drawn.splice(0);
  await document.draw(WISH);
  assert.deepEqual(drawn, first);
  assert.deepEqual(ids(document), [4, 5, 6, 7]);
  shown.splice(0);
  document.showPictures();
  assert.deepEqual(shown, [4, 5, 6, 7], 'a page that comes later gets them');
  await document.draw({ ...WISH, seed: 4 });
  assert.notDeepEqual(drawn.slice(4), first);
});

test('what lies between each and the next, in the order in which they are chosen', async () => {
  const { document, drawn } = scene();
  await document.draw(WISH);
  await document.between([2, 0, 1], 3);
  const froms = document.state.items.slice(4).map(({ from }) => from);
  assert.deepEqual(
    froms.map((from) => from.kind === 'between' && [from.first, from.second, from.share]),
    [2, 0].flatMap((first, i) => [0.25, 0.5, 0.75].map((share) => [first, [0, 1][i], share])),
  );
  const codes = drawn.flatMap((what) => ('code' in what ? [what.code.data] : []));
  const lengths = codes.map((code) => Math.hypot(...code));
  const [low, high] = [Math.min(...lengths.slice(0, 4)), Math.max(...lengths.slice(0, 4))];
  // On the sphere, not through its inside.
  assert.ok(lengths.slice(4).every((length) => length >= low - 1e-3 && length <= high + 1e-3));
  await assert.rejects(document.between([1], 3), /at least two/);
});

test('two results are drawn on the way from one to the other, where they are composed alike', async () => {
  const { document, drawn } = scene({
    results: [finished('x.png', 2, 1), finished('y.png', 2, 3), finished('z.png', 3, 1)],
  });
  await assert.rejects(scene().document.addResults(), /No picture that is open/);
  await document.draw({ ...WISH, count: 1 });
  await document.addResults();
  await document.between([1, 2], 1);
  const middle = drawn.at(-1)!;
  assert.ok('job' in middle);
  assert.deepEqual([...middle.values['alpha']!.data], [2, 2]);
  await assert.rejects(document.between([1, 3], 1), /at the same layer/);
  await assert.rejects(document.between([0, 1], 1), /at the same layer/);
  await assert.rejects(document.mix(0, 1, 2), /one code only/);
});

test('mixtures and runs take codes', async () => {
  const { document, drawn, started } = scene();
  await document.draw(WISH);
  await document.mix(1, 3, 2);
  const mixed = drawn.at(-1)!;
  assert.ok('coarse' in mixed && 'code' in drawn[1]! && 'code' in drawn[3]!);
  assert.deepEqual([mixed.coarse, mixed.fine, mixed.layer], [drawn[1].code, drawn[3].code, 2]);
  await document.start([3, 0]);
  assert.ok('code' in drawn[0]!);
  assert.deepEqual(started, [[[...drawn[3].code.data], [...drawn[0].code.data]]]);
  await assert.rejects(document.start([]), /Choose the pictures/);
  await assert.rejects(document.start([4]), /one code only/);
});

test('what cannot be drawn is told and not there, and the rest goes on', async () => {
  let broken = true;
  const { document } = scene({ fails: () => broken });
  await document.draw(WISH);
  assert.deepEqual(
    [document.state.problem, document.state.items.length, document.state.busy],
    ['The model is damaged.', 0, false],
  );
  broken = false;
  await document.draw(WISH);
  assert.deepEqual([document.state.problem, document.state.items.length], [undefined, 4]);
});

test('who draws anew gets nothing of what was on its way', async () => {
  const { document } = scene();
  const before = document.draw(WISH);
  await Promise.all([before, document.draw({ ...WISH, count: 2 })]);
  assert.equal(document.state.items.length, 2);
  assert.equal(document.state.problem, undefined);
});
