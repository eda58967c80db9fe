/** The embedded restoration networks, on pictures that are drawn here. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DrawnNetworks, tilesToFill } from '../../../src/engine/drawn/drawnNetworks.ts';
import { orientations, turned, turnedBack } from '../../../src/engine/drawn/orientations.ts';
import type { Each } from '../../../src/engine/onePass/pass.ts';
import { inTiles } from '../../../src/engine/onePass/tiles.ts';
import { GapFiller } from '../../../src/engine/drawn/gaps.ts';
import { membrane } from '../../../src/engine/image/membrane.ts';
import type { Planes } from '../../../src/engine/image/picture.ts';
import { crop, tensorToPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import type { RunEvent } from '../../../src/engine/inversion/job.ts';
import { run, RunControl, type RunOptions } from '../../../src/engine/inversion/run.ts';
import { untrained } from '../../../src/engine/prior.ts';
import { preparePlanes, type TaskOptions } from '../../../src/engine/tasks/index.ts';
import { normals, uniforms } from '../../../src/engine/random.ts';
import type { Tensor } from '../../../src/engine/tensor.ts';
import { UNTRAINED } from '../../../src/engine/untrained/manifest.ts';
import { readDrawnNetworks } from '../../../src/node/drawnNetworks.ts';
import { nativeBackend } from '../../support/backends.ts';

/** Discs of many sizes that hide one another, in [-1, 1]: edges as photographs have them. */
function discs(width: number, height: number): Planes {
  const draw = normals(7);
  const data = new Float32Array(3 * width * height);
  for (let n = 0; n < 150; n++) {
    const [x, y] = [(0.5 + 0.3 * draw()) * width, (0.5 + 0.3 * draw()) * height];
    const radius = 2 + (Math.abs(draw()) * width) / 8;
    const colour = [draw(), draw(), draw()].map((value) => Math.max(-0.9, Math.min(0.9, value / 2)));
    for (let i = 0; i < width * height; i++) {
      const cover = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot((i % width) - x, Math.floor(i / width) - y)));
      for (let c = 0; c < 3; c++) data[c * width * height + i]! += cover * (colour[c]! - data[c * width * height + i]!);
    }
  }
  return { width, height, channels: 3, data };
}

const decibels = (a: Planes, b: Planes): number =>
  -10 * Math.log10(a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length / 4);

let networks: DrawnNetworks;
before(async () => {
  networks = await DrawnNetworks.open(nativeBackend, await readDrawnNetworks());
});
after(() => networks.dispose());

describe('enlarging', () => {
  for (const factor of [2, 4, 8]) {
    test(`x${factor} comes nearer to the original than bicubic interpolation`, async () => {
      const original = discs(64, 48);
      const low = resample(original, 64 / factor, 48 / factor, 'area');
      const enlarged = await networks.enlarge(low, factor);
      assert.deepEqual([enlarged.width, enlarged.height], [64, 48]);
      const bicubic = decibels(resample(low, 64, 48, 'bicubic'), original);
      assert.ok(decibels(enlarged, original) > bicubic + 0.5, `${decibels(enlarged, original)} ${bicubic}`);
    });
  }
});

describe('denoising', () => {
  for (const sigma of [5, 25, 50]) {
    test(`takes noise of sigma ${sigma} off, on odd sides`, async () => {
      const original = discs(63, 49);
      const draw = normals(1);
      const deviation = sigma / 127.5;
      const noisy = { ...original, data: original.data.map((value) => value + deviation * draw()) };
      const clean = await networks.denoise(noisy, deviation);
      assert.deepEqual([clean.width, clean.height], [63, 49]);
      assert.ok(decibels(clean, original) > decibels(noisy, original) + 2, `${decibels(clean, original)}`);
    });
  }
});

/** A picture whose pixels are unknown where `gone` says so. */
const withGaps = (original: Planes, gone: (x: number, y: number) => boolean) => {
  const { width } = original;
  const known = { ...original, channels: 1, data: new Float32Array(width * original.height) };
  known.data.forEach((_, i) => (known.data[i] = Number(!gone(i % width, Math.floor(i / width)))));
  const smooth = membrane(original, known);
  const unknown = { ...known, data: known.data.map((share) => 1 - share) };
  return { known, smooth, unknown };
};
const pixels = (share: number) => {
  const draw = uniforms(3);
  return () => draw() < share;
};
/** Three pixels wide, aslant. */
const strokes = (x: number, y: number) => (x + 3 * y) % 40 < 6 || (3 * x - y + 90) % 60 < 6;

describe('filling gaps', () => {
  for (const [name, gone] of Object.entries({ 'every second pixel': pixels(0.5), strokes })) {
    test(`${name}: comes nearer to the original than a smooth fill, on odd sides, and keeps what is known`, async () => {
      const original = discs(63, 49);
      const { known, smooth, unknown } = withGaps(original, gone);
      const filled = await networks.fill(smooth, unknown);
      assert.ok(decibels(filled, original) > decibels(smooth, original) + 0.2, `${decibels(filled, original)}`);
      filled.data.forEach((value, i) => {
        if (known.data[i % known.data.length]) assert.ok(Math.abs(value - original.data[i]!) < 1e-6);
      });
    });
  }

  test('tiles without a gap cost nothing and leave no seam', async () => {
    let tiles = 0;
    const counting: Each = (_tile, _size, restore) => {
      tiles++;
      return restore();
    };
    const original = resample(discs(80, 40), 1200, 30, 'bilinear');
    const { smooth, unknown } = withGaps(original, (x, y) => x < 200 && strokes(x, y));
    const filled = await networks.fill(smooth, unknown, counting);
    assert.equal(tiles, 1);
    assert.equal(await tilesToFill(unknown), 1);
    const cut = (planes: Planes) => crop(planes, { x: 0, y: 0, width: 260, height: 30 });
    const alone = await networks.fill(cut(smooth), cut(unknown));
    assert.ok(alone.data.every((value, i) => Math.abs(value - cut(filled).data[i]!) < 1e-5));
  });

  test('a smooth picture with thin strokes is filled as well as a smooth fill does it, or better', async () => {
    const original = waves(96, 80, 60);
    const { known, smooth } = withGaps(original, strokes);
    const { picture } = await new GapFiller(original, known).fill(networks);
    assert.ok(decibels(picture, original) > decibels(smooth, original) - 0.05, `${decibels(picture, original)}`);
  });

  test('a texture of which every second pixel is missing is left to the network', async () => {
    const original = waves(96, 80, 7);
    const { known, smooth, unknown } = withGaps(original, pixels(0.5));
    const { picture, notes } = await new GapFiller(original, known).fill(networks);
    assert.ok(decibels(picture, original) > decibels(smooth, original) + 1, `${decibels(picture, original)}`);
    const network = await networks.fill(smooth, unknown);
    assert.ok(decibels(picture, original) > decibels(network, original) - 0.05);
    assert.match(
      notes.join(),
      /of what the network trained on drawings makes of them|The network trained on drawings did/,
    );
  });
});

/** Bent stripes so many pixels apart. */
function waves(width: number, height: number, apart: number): Planes {
  const data = new Float32Array(3 * width * height);
  data.forEach((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    data[i] = 0.7 * Math.sin((2 * Math.PI * (x + 0.6 * y + 5 * Math.sin(y / 15))) / apart);
  });
  return { width, height, channels: 3, data };
}

test('tiles leave no seam', async () => {
  const wide = resample(discs(80, 40), 640, 30, 'bilinear');
  const whole = await networks.denoise(wide, 0.1);
  // The left half alone is in fewer tiles; what lies out of reach of its right edge is the same.
  const half = await networks.denoise({ ...wide, width: 600, data: wide.data.filter((_, i) => i % 640 < 600) }, 0.1);
  const worst = half.data.reduce((most, value, i) => {
    const [x, row] = [i % 600, Math.floor(i / 600)];
    return x < 560 ? Math.max(most, Math.abs(value - whole.data[row * 640 + x]!)) : most;
  }, 0);
  assert.ok(worst < 1e-5, `${worst}`);
});

test('every tile is put where it came from', async () => {
  const source = discs(600, 20);
  const sizes: number[] = [];
  const made = await inTiles(source, { side: 256, reach: 3, scale: 2, block: 2 }, (tile) => {
    sizes.push(tile.width);
    return Promise.resolve(resample(tile, tile.width * 2, tile.height * 2, 'area'));
  });
  assert.ok(sizes.length > 1);
  assert.deepEqual(made, resample(source, 1200, 40, 'area'));
});

test('every orientation leads back', () => {
  const source = discs(5, 3);
  const seen = orientations.map((orientation) => turned(source, orientation));
  assert.equal(new Set(seen.map(({ width, data }) => `${width} ${data.join()}`)).size, 8);
  seen.forEach((planes, i) => assert.deepEqual(turnedBack(planes, orientations[i]!), source));
});

test('the one pass of any picture restores what it is given, at its own size', async () => {
  const prior = { ...untrained, drawn: await readDrawnNetworks() };
  const original = discs(48, 40);
  const low = resample(original, 12, 10, 'area');
  const { job, frame } = preparePlanes('super-resolve', low, prior.manifest, { factor: 4 });
  assert.equal(job.method, 'one-pass');
  const previews: Extract<RunEvent, { kind: 'preview' }>[] = [];
  const emit = (event: RunEvent) => void (event.kind === 'preview' && previews.push(event));
  const outcome = await run(nativeBackend, prior, job, { emit, previewMs: 1 });
  assert.deepEqual([outcome.x.dims, outcome.steps, frame.result], [[1, 3, 40, 48], 1, { width: 48, height: 40 }]);
  const bicubic = decibels(resample(low, 48, 40, 'bicubic'), original);
  assert.ok(decibels(tensorToPlanes(outcome.x), original) > bicubic + 0.5);
  const [plain, last] = previews.map(({ x }) => decibels(tensorToPlanes(x!), original));
  assert.deepEqual(
    previews.map(({ step, passing }) => [step, passing]),
    [
      [0, true],
      [1, true],
    ],
    'what plain means make, and the result',
  );
  assert.deepEqual([plain, previews[1]!.x], [bicubic, outcome.x]);
  assert.ok(last! > plain!);
  // Whoever asks for steps gets them, and other noise needs them.
  const methodOf = (options: TaskOptions) => preparePlanes('denoise', low, prior.manifest, options).job.method;
  assert.equal(methodOf({}), 'one-pass');
  assert.equal(methodOf({ iterations: 9 }), 'random-projector');
  assert.equal(methodOf({ noise: 'impulse' }), 'random-projector');
});

describe('a large picture in one pass', () => {
  const noisy = resample(discs(80, 20), 640, 24, 'bilinear');
  const passed = async (control = new RunControl(), options: Omit<RunOptions, 'control'> = {}) => {
    const prior = { ...untrained, drawn: await readDrawnNetworks() };
    const { job } = preparePlanes('denoise', noisy, prior.manifest, {});
    const events: RunEvent[] = [];
    const emit = (event: RunEvent) => {
      events.push(event);
      options.emit?.(event);
    };
    const outcome = await run(nativeBackend, prior, job, { ...options, control, emit });
    return { outcome, events };
  };

  test('tells of every tile, and makes the same picture again', async () => {
    const { outcome, events } = await passed();
    const steps = events.flatMap((event) => (event.kind === 'progress' ? [[event.step, event.iterations]] : []));
    assert.deepEqual(steps, [
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    assert.deepEqual([outcome.steps, outcome.losses.length, outcome.stopped], [3, 0, false]);
    assert.deepEqual((await passed()).outcome.x, outcome.x);
  });

  test('stopped between two tiles it keeps what is done, and leaves the rest as it came; so does its replay', async () => {
    const control = new RunControl();
    const { outcome } = await passed(control, { emit: (event) => event.kind === 'progress' && control.stop() });
    assert.deepEqual([outcome.steps, outcome.stopped], [1, true]);
    const whole = (await passed()).outcome.x;
    const row = (data: Float32Array, from: number, to: number) => [...data.subarray(from, to)];
    assert.deepEqual(row(outcome.x.data, 0, 256), row(whole.data, 0, 256));
    assert.deepEqual(row(outcome.x.data, 256, 640), row(noisy.data, 256, 640));
    assert.deepEqual((await passed(new RunControl(), { stopAfter: 1 })).outcome.x, outcome.x);
  });

  test('shows every tile as it is made, and the rest as it came', async () => {
    const shown: [number, Float32Array][] = [];
    const { outcome } = await passed(new RunControl(), {
      previewMs: 1e-9,
      emit: (event) => event.kind === 'preview' && shown.push([event.step, event.x!.data.slice()]),
    });
    const steps = shown.map(([step]) => step);
    assert.deepEqual([steps[0], steps.at(-1)], [0, 3]);
    const [, partly] = shown.find(([step]) => step === 1)!;
    assert.deepEqual(partly.subarray(0, 256), outcome.x.data.subarray(0, 256));
    assert.deepEqual(partly.subarray(256, 640), noisy.data.subarray(256, 640));
  });

  test('paused it waits', async () => {
    const control = new RunControl();
    const phases: string[] = [];
    const { outcome } = await passed(control, {
      emit: (event) => {
        if (event.kind === 'progress' && event.step === 1) control.pause();
        if (event.kind !== 'phase') return;
        phases.push(event.phase);
        if (event.phase === 'paused') setTimeout(() => control.resume());
      },
    });
    assert.deepEqual(phases, ['compiling', 'optimising', 'paused', 'optimising']);
    assert.equal(outcome.steps, 3);
  });

  test('a factor that takes several passes leaves no seam', async () => {
    const low = discs(200, 8);
    const whole = await networks.enlarge(low, 8);
    // Less than a tile and its margins, and so in one piece.
    const part = await networks.enlarge({ ...low, width: 160, data: low.data.filter((_, i) => i % 200 < 160) }, 8);
    const worst = part.data.reduce((most, value, i) => {
      const [x, row] = [i % 1280, Math.floor(i / 1280)];
      return x < 1280 - 8 * 20 ? Math.max(most, Math.abs(value - whole.data[row * 1600 + x]!)) : most;
    }, 0);
    assert.ok(worst < 1e-5, `${worst}`);
  });
});

describe('the one pass over a picture with gaps', () => {
  const original = discs(48, 40);
  const gapsOf = (gone: (x: number, y: number) => boolean) => {
    const { known } = withGaps(original, gone);
    const data = Uint8ClampedArray.from({ length: 4 * 48 * 40 }, (_, i) =>
      i % 4 === 3 ? 255 : 255 * (1 - known.data[i >> 2]!),
    );
    const unknown = { width: 48, height: 40, data };
    return preparePlanes('inpaint', original, UNTRAINED, { unknown }).job;
  };

  test('shows a smooth fill at once, says which fill was given, and is the same whenever it is made', async () => {
    const prior = { ...untrained, drawn: await readDrawnNetworks() };
    const job = gapsOf(strokes);
    assert.equal(job.method, 'one-pass');
    const events: RunEvent[] = [];
    const [first, second] = [
      await run(nativeBackend, prior, job, { emit: (event) => events.push(event), previewMs: 1 }),
      await run(nativeBackend, prior, { ...job, seed: 7 }),
    ];
    assert.deepEqual(first.x, second.x);
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'phase');
    const expected = [...new Array<string>(5).fill('progress'), 'note', 'preview', 'done'];
    assert.deepEqual(kinds.slice(kinds.indexOf('progress')), expected);
    const { known } = withGaps(original, strokes);
    const early = events.flatMap((event, i) => (event.kind === 'preview' && i < events.length - 2 ? [event.x] : []));
    const filled = membrane(original, known).data;
    assert.ok(
      early.at(-1)!.data.every((value, i) => Math.abs(value - filled[i]!) < 1e-5),
      'smooth at once',
    );
    assert.match(
      events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])).join(),
      /hidden beside the gaps/,
    );
  });

  test('a mask that is painted meanwhile is taken up', async () => {
    const prior = { ...untrained, drawn: await readDrawnNetworks() };
    const [painted, before] = [gapsOf(strokes), gapsOf((x) => x === 3)];
    const control = new RunControl();
    let strokesLeft = 1;
    const emit = ({ kind }: RunEvent) => {
      // Every pass shows something: a person who paints at each of them is never done.
      if (kind === 'progress' && strokesLeft-- > 0) control.amend({ target: painted.target, known: painted.known! });
    };
    const { x } = await run(nativeBackend, prior, before, { control, emit, previewMs: 1 });
    assert.deepEqual(x, (await run(nativeBackend, prior, painted)).x);
  });

  test('stopped, it leaves a smooth fill where nothing was tried yet', async () => {
    const prior = { ...untrained, drawn: await readDrawnNetworks() };
    const control = new RunControl();
    const shown: Tensor[] = [];
    const emit = (event: RunEvent) => {
      if (event.kind !== 'preview') return;
      shown.push(event.x!);
      control.stop();
    };
    const { x, steps, stopped } = await run(nativeBackend, prior, gapsOf(strokes), { control, emit, previewMs: 1 });
    assert.deepEqual([steps, stopped], [0, true]);
    assert.deepEqual(x, shown[0]);
  });
});
