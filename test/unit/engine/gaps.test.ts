/** Which of two fills a gap is given, whatever draws them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shares } from '../../../src/engine/drawn/blend.ts';
import { GapFiller } from '../../../src/engine/drawn/gaps.ts';
import { heldOut } from '../../../src/engine/drawn/heldOut.ts';
import { membrane } from '../../../src/engine/image/membrane.ts';
import type { Planes } from '../../../src/engine/image/picture.ts';
import { combine } from '../../../src/engine/image/planes.ts';
import { normals, uniforms } from '../../../src/engine/random.ts';

const [WIDTH, HEIGHT] = [80, 60];
const plane = (at: (x: number, y: number) => number): Planes => ({
  width: WIDTH,
  height: HEIGHT,
  channels: 1,
  data: Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => at(i % WIDTH, Math.floor(i / WIDTH))),
});
const inColour = ({ data, ...size }: Planes): Planes => ({
  ...size,
  channels: 3,
  data: Float32Array.of(...data, ...data, ...data),
});
/** Known but for strokes three pixels wide. */
const strokes = plane((x, y) => Number((x + 2 * y) % 30 >= 4));
const draw = uniforms(5);
const scattered = plane(() => Number(draw() >= 0.5));
const texture = inColour(plane((x, y) => 0.6 * Math.sin(x) * Math.sin(1.3 * y)));
const error = (a: Planes, b: Planes): number => a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0);
/** In the place of the network, one that knows how far it is to be trusted at a pixel: 1 draws the truth, -1 its opposite. */
const drawing = (worth: (x: number) => number) => ({
  fill: (smooth: Planes): Promise<Planes> =>
    Promise.resolve({
      ...smooth,
      data: smooth.data.map((value, i) => value + worth(i % WIDTH) * (texture.data[i]! - value)),
    }),
});

describe('pixels that are hidden to try who predicts them', () => {
  for (const [name, known] of Object.entries({ strokes, scattered })) {
    test(`${name}: they are known, near gaps, and many`, () => {
      const gaps = known.data.filter((share) => share === 0).length;
      const tries = heldOut(known);
      assert.equal(tries.length, 4);
      for (const { data } of tries) {
        assert.ok(data.every((hidden, i) => hidden === 0 || known.data[i] === 1));
        assert.ok(data.filter((hidden) => hidden === 1).length > gaps / 20);
      }
      assert.deepEqual(heldOut(known), tries);
    });
  }

  test('beside strokes they are strokes, with known pixels between', () => {
    for (const hidden of heldOut(strokes)) {
      hidden.data.forEach((one, i) => {
        if (one === 0) return;
        for (const by of [-1, 1, -WIDTH, WIDTH]) assert.notEqual(strokes.data[i + by], 0);
      });
      const inside = hidden.data.filter((one, i) => one === 1 && hidden.data[i - 1] === 1 && hidden.data[i + 1] === 1);
      assert.ok(inside.length > 10, 'they are wider than a pixel');
    }
  });
});

describe('gaps are given', () => {
  for (const [name, known] of Object.entries({ strokes, scattered })) {
    const smooth = membrane(texture, known);
    test(`${name}: the network's fill where it is right`, async () => {
      const { picture, notes } = await new GapFiller(texture, known).fill(drawing(() => 1));
      assert.ok(error(picture, texture) < 0.01 * error(smooth, texture));
      assert.match(notes[0]!, /The network trained on drawings did/);
    });

    test(`${name}: the smooth fill where the network is wrong`, async () => {
      const { picture, notes } = await new GapFiller(texture, known).fill(drawing(() => -1));
      assert.ok(error(picture, texture) <= 1.001 * error(smooth, texture));
      assert.match(notes[0]!, /A smooth fill did/);
    });

    test(`${name}: each its own part, where one is right on the left and the other on the right`, async () => {
      const { picture, notes } = await new GapFiller(texture, known).fill(drawing((x) => (x < WIDTH / 2 ? 1 : -1)));
      const part = (right: boolean, planes: Planes): Planes => ({
        ...planes,
        data: planes.data.filter((_, i) => (right ? i % WIDTH > 0.75 * WIDTH : i % WIDTH < WIDTH / 4)),
      });
      assert.ok(
        error(part(false, picture), part(false, texture)) < 0.2 * error(part(false, smooth), part(false, texture)),
      );
      assert.ok(
        error(part(true, picture), part(true, texture)) < 1.15 * error(part(true, smooth), part(true, texture)),
      );
      assert.match(notes[0]!, /The gaps were given \d\d % of what the network trained on drawings makes of them/);
    });
  }

  test('the smooth fill where there is nothing to tell by', async () => {
    const flat = inColour(plane(() => 0.25));
    const { picture } = await new GapFiller(flat, strokes).fill({ fill: (smooth) => Promise.resolve(smooth) });
    assert.ok(error(picture, flat) < 1e-6);
  });

  test('a sentence where they are so deep that nothing can be known of their inside', async () => {
    const hole = plane((x, y) => Number(x < 10 || x > 60 || y < 5 || y > 55));
    const { notes } = await new GapFiller(texture, hole).fill(drawing(() => 1));
    assert.match(notes[1]!, /more than 20 pixels from anything known, its fill is smooth/);
    assert.equal((await new GapFiller(texture, strokes).fill(drawing(() => 1))).notes.length, 1);
  });

  test('a sentence where they are wide, and what they are given is smooth beside what is around them', async () => {
    const wide = plane((x) => Number(x < 30 || x >= 56));
    const notes = async (picture: Planes) =>
      (await new GapFiller(picture, wide).fill({ fill: (smooth) => Promise.resolve(smooth) })).notes;
    assert.match((await notes(texture))[1]!, /The gaps are wide, and their fill is smooth \(\d+ % of the detail/);
    assert.equal((await notes(inColour(plane((x) => x / WIDTH)))).length, 1, 'what is around them is smooth, too');
    const knowing = await new GapFiller(texture, wide).fill(drawing(() => 1));
    assert.equal(knowing.notes.length, 1, 'the fill has the detail of what is around');
  });
});

test('few hidden pixels move nothing far', () => {
  const noise = normals(2);
  const truth = inColour(plane(() => noise()));
  const base = combine(truth, truth, () => 0);
  const other = combine(truth, truth, (value) => value + 2 * noise());
  const trial = (count: number) => ({ hidden: plane((x, y) => Number(y === 30 && x < count)), base, other });
  const meanOf = ({ data }: Planes) => data.reduce((sum, one) => sum + one, 0) / data.length;
  // Least squares says about a fifth: noise of twice the signal.
  assert.ok(meanOf(shares(truth, [trial(2)])) < 0.1);
  assert.deepEqual(meanOf(shares(truth, [trial(0)])), 0);
});
