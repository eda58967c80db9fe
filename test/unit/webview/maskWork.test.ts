/** The slow half of painting, in a worker or without one: always the same bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch, deltaOf, difference, tilesWithin } from '../../../src/shared/mask/patch.ts';
import { emptyPlane, isMarked, wholeOf, type MaskPlane } from '../../../src/shared/mask/plane.ts';
import { connect } from '../../../src/shared/rpc.ts';
import type { WorkerLike } from '../../../src/webview/engine.ts';
import { MaskModel } from '../../../src/webview/mask/model.ts';
import { feather, fillAll, grow, invert, shrink } from '../../../src/webview/mask/regions.ts';
import { fillEllipse } from '../../../src/webview/mask/shapes.ts';
import { ACTIONS } from '../../../src/webview/mask/tools.ts';
import { maskWork, maskWorkContract, MaskWork } from '../../../src/webview/mask/work.ts';

const painted = (): MaskPlane => {
  const plane = emptyPlane(301, 203);
  fillEllipse(plane, { x: 40, y: 30 }, { x: 180, y: 120 }, 255);
  return plane;
};

/** `worker.ts` in this thread, behind structured clones. */
function fakeWorker(): WorkerLike {
  const listeners: ((event: MessageEvent) => void)[] = [];
  let receive: (message: unknown) => void = () => undefined;
  connect(
    {
      post(message, transfer) {
        const data: unknown = structuredClone(message, { transfer: [...(transfer ?? [])] });
        listeners.forEach((listener) => listener({ data } as MessageEvent));
      },
      listen: (take) => (receive = take),
    },
    maskWorkContract,
    maskWork,
    { requests: {}, notifications: {} },
    (problem) => assert.fail(problem),
  );
  return {
    postMessage: (message, transfer) => receive(structuredClone(message, { transfer })),
    addEventListener: (type: string, listener: never) => void (type === 'message' && listeners.push(listener)),
    terminate: () => undefined,
  };
}

const places = {
  worker: () => new MaskWork(() => Promise.resolve(fakeWorker())),
  page: () => new MaskWork(() => Promise.reject(new Error('no workers here'))),
};

for (const [place, create] of Object.entries(places)) {
  test(`every change of the whole mask is the same in the ${place} as on the spot`, async () => {
    const on = {
      fill: (plane: MaskPlane) => fillAll(plane, 255),
      clear: (plane: MaskPlane) => fillAll(plane, 0),
      invert,
      grow: (plane: MaskPlane) => grow(plane, 7),
      shrink: (plane: MaskPlane) => shrink(plane, 7),
      feather: (plane: MaskPlane) => feather(plane, 7),
    };
    const work = create();
    for (const action of ACTIONS) {
      const [before, expected] = [painted(), painted()];
      on[action](expected);
      const { data, patch } = await work.change(action, before, before.data.slice(), 7);
      assert.deepEqual(data, expected.data, action);
      assert.deepEqual(patch, difference(before, expected, wholeOf(before)), action);
    }
  });

  test(`an edit is packed in the ${place} as on the spot, and edits keep their order`, async () => {
    const work = create();
    const [before, after] = [emptyPlane(301, 203), painted()];
    const delta = deltaOf(before, after, tilesWithin(after, wholeOf(after)))!;
    const order: string[] = [];
    const changed = work.change('invert', after, after.data.slice(), 1).then(() => order.push('change'));
    const patch = work.pack(delta).then((made) => {
      order.push('pack');
      return made;
    });
    await work.settled();
    applyPatch(before, await patch);
    assert.deepEqual(before.data, after.data);
    await changed;
    assert.deepEqual(order, ['change', 'pack']);
  });
}

test('a change of the whole mask becomes its own; what others did meanwhile comes after it', async () => {
  const model = new MaskModel(301, 203);
  const elsewhere = difference(emptyPlane(301, 203), painted(), { left: 0, top: 0, width: 301, height: 203 })!;
  const { data } = await places.worker().change('fill', model.plane, model.lend(), 1);
  assert.equal(model.editing, true);
  assert.equal(model.marked, false, 'nothing is, so far');
  model.apply(elsewhere);
  model.replace(data);
  const expected = emptyPlane(301, 203);
  fillAll(expected, 255);
  applyPatch(expected, elsewhere);
  assert.deepEqual(model.plane.data, expected.data);
  assert.equal(model.editing, false);
});

test('a change of the whole mask that fails leaves the mask as it was, and painting goes on', () => {
  const model = new MaskModel(301, 203);
  const paint = (x: number) => model.change((plane) => fillEllipse(plane, { x, y: 30 }, { x: x + 50, y: 120 }, 255));
  model.begin();
  paint(40);
  model.commit();
  const before = model.plane.data.slice();
  const lent = model.lend();
  // What goes to a worker is gone.
  structuredClone(lent, { transfer: [lent.buffer] });
  assert.equal(model.marked, true);
  model.cancel();
  assert.deepEqual(model.plane.data, before);
  model.begin();
  paint(200);
  model.cancel();
  assert.deepEqual(model.plane.data, before);
});

test('a mask is marked from mid-grey on, wherever the pixel is', () => {
  for (const [at, value, marked] of [
    [0, 128, true],
    [13, 255, true],
    [14, 128, true],
    [5, 127, false],
  ] as const) {
    const plane = emptyPlane(5, 3);
    plane.data[at] = value;
    assert.equal(isMarked(plane), marked, `${value} at ${at}`);
  }
});
