/** What a composed result consists of. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { evaluate } from '../../../src/engine/backends/evaluate.ts';
import { compose } from '../../../src/engine/generator/compose.ts';
import { generate } from '../../../src/engine/generator/generate.ts';
import type { Generator } from '../../../src/engine/generator/generator.ts';
import { GraphBuilder } from '../../../src/engine/graph/builder.ts';
import { scaledAlpha } from '../../../src/engine/inspect/moves.ts';
import { inspectChannels, inspectCodes, sharesOf, type Composed } from '../../../src/engine/inspect/parts.ts';
import { mapState } from '../../../src/engine/generator/state.ts';
import { DrawingSession } from '../../../src/engine/inspect/session.ts';
import type { Job } from '../../../src/engine/inversion/job.ts';
import { run } from '../../../src/engine/inversion/run.ts';
import { float32, type Tensor } from '../../../src/engine/tensor.ts';
import { nativeBackend } from '../../support/backends.ts';
import { reconstruction } from '../../support/jobs.ts';
import { randomGenerator } from '../../support/randomGenerator.ts';
import { publishedGenerator } from '../../support/styleGan2Generator.ts';

const job = { ...reconstruction, iterations: 5 };
const { codes: N } = job;
const drawnTarget = (side: number): Image =>
  float32(
    [1, 3, side, side],
    Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i / 31)),
  );
type Image = Tensor<'float32'>;
const furthest = (a: Image, b: Image) => Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!)));

describe('parts of a result', () => {
  let generator: Generator;
  let composed: Composed;
  let x: Image;
  before(async () => {
    generator = await randomGenerator({ zDim: 8, channels: [8, 6, 4] });
    const { parameters } = await run(nativeBackend, generator, job);
    // The second code has no importance.
    const alpha = scaledAlpha(parameters['alpha']!, [1, 0, 1, 1]);
    const session = await DrawingSession.open(nativeBackend, generator, job);
    composed = { session, job, values: { ...parameters, alpha } };
    x = await session.draw(composed.values);
  });
  after(() => composed.session.dispose());

  test('the sum of all terms, decoded, is the result', async () => {
    const { z, alpha } = composed.values as Record<string, Image>;
    const b = new GraphBuilder('terms');
    const [codes, weights] = [b.input('z', 'float32', z!.dims), b.input('alpha', 'float32', alpha!.dims)];
    const terms = Array.from({ length: N }, (_, n) => {
      const head = generator.head(b, b.slice(codes, [0], [n], [n + 1]), job.layer, job);
      return compose(b, head, b.slice(weights, [0], [n], [n + 1]))['features']!;
    });
    const image = generator.tail(b, { features: terms.reduce(b.add) }, job.layer);
    const decoded = await evaluate<'image'>(nativeBackend, b.build({ image }), { z: z!, alpha: alpha! });
    assert.ok(furthest(decoded.image, x) < 1e-5);
  });

  test('shares of codes and of channels sum to one', async () => {
    const { codes, channels } = await sharesOf(nativeBackend, generator, composed);
    assert.deepEqual([codes.length, channels.length], [N, 6]);
    for (const shares of [codes, channels]) {
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6);
    }
    assert.equal(codes[1], 0);
    assert.ok(channels.every((share) => share >= 0));
  });

  test('leaving out a code without importance changes nothing, bit for bit; another one does', async () => {
    const told: number[] = [];
    const parts = await inspectCodes(composed, await sharesOf(nativeBackend, generator, composed), (share) =>
      told.push(share),
    );
    assert.deepEqual(told, [0.25, 0.5, 0.75, 1]);
    assert.deepEqual(parts[1]!.without, x);
    assert.equal(parts[1]!.change, 0);
    assert.ok(parts[1]!.map.data.every((value) => value === 0));
    for (const n of [0, 2, 3]) {
      const { change, map, without } = parts[n]!;
      assert.ok(change > 1e-4);
      const mean = map.data.reduce((sum, value) => sum + value, 0) / map.data.length;
      assert.ok(Math.abs(mean - change) < 1e-6);
      const first = [0, 1, 2].reduce((sum, c) => sum + Math.abs(x.data[256 * c]! - without.data[256 * c]!), 0) / 3;
      assert.ok(Math.abs(map.data[0]! - first) < 1e-6);
    }
  });

  test("a code's own picture is what the generator draws of it, and its term alone has its importances", async () => {
    const { z, alpha } = composed.values as Record<string, Image>;
    const parts = await inspectCodes(composed, await sharesOf(nativeBackend, generator, composed));
    const images = await generate(nativeBackend, generator, z!);
    for (const { code, own, alone } of parts) {
      const whole = float32([1, 3, 16, 16], images.data.slice(768 * code, 768 * (code + 1)));
      assert.ok(furthest(own, whole) < 1e-4);
      const only = scaledAlpha(
        alpha!,
        [0, 1, 2, 3].map((n) => Number(n === code)),
      );
      assert.deepEqual(alone, await composed.session.draw({ ...composed.values, alpha: only }));
    }
  });

  test('the strongest channels come first, and each is left out by itself', async () => {
    const shares = await sharesOf(nativeBackend, generator, composed);
    const parts = await inspectChannels(composed, shares, 3);
    assert.equal(parts.length, 3);
    const strengths = parts.map(({ share }) => share);
    assert.deepEqual(strengths, [...shares.channels].sort((a, b) => b - a).slice(0, 3));
    for (const { channel, without, change } of parts) {
      const alpha = scaledAlpha(composed.values['alpha']!, [1, 1, 1, 1], [channel]);
      assert.deepEqual(without, await composed.session.draw({ ...composed.values, alpha }));
      assert.ok(change > 0);
    }
  });

  test('of a StyleGAN2 the terms add up, too: its feature maps and its picture so far', async () => {
    const style = await publishedGenerator('stylegan2-ada.pkl');
    const at: Job = { ...job, layer: 2, codes: 3, iterations: 2, target: drawnTarget(style.manifest.resolution) };
    const { parameters } = await run(nativeBackend, style, at);
    const { z, alpha, styles } = parameters as Record<string, Image>;
    const weights = scaledAlpha(alpha!, [1, 0, 1]);
    const session = await DrawingSession.open(nativeBackend, style, at);
    try {
      const of = { session, job: at, values: { ...parameters, alpha: weights } };
      const whole = await session.draw(of.values);
      const b = new GraphBuilder('terms');
      const [codes, importances] = [b.input('z', 'float32', z!.dims), b.input('alpha', 'float32', weights.dims)];
      const terms = [0, 1, 2].map((n) =>
        compose(
          b,
          style.head(b, b.slice(codes, [0], [n], [n + 1]), at.layer, at),
          b.slice(importances, [0], [n], [n + 1]),
        ),
      );
      const sum = mapState(terms[0]!, (_, name) => terms.map((term) => term[name]!).reduce(b.add));
      const image = style.tail(b, sum, at.layer, b.input('styles', 'float32', styles!.dims));
      const feeds = { z: z!, alpha: weights, styles: styles! };
      assert.ok(furthest((await evaluate<'image'>(nativeBackend, b.build({ image }), feeds)).image, whole) < 1e-4);
      const parts = await inspectCodes(of, await sharesOf(nativeBackend, style, of));
      assert.deepEqual(parts[1]!.without, whole);
      assert.equal(parts[1]!.share, 0);
      assert.ok(parts[0]!.change > 0);
    } finally {
      await session.dispose();
    }
  });

  test('other methods are refused', async () => {
    const other = { ...composed, job: { ...job, method: 'second-cut' as const } };
    await assert.rejects(sharesOf(nativeBackend, generator, other), /a run of the method multi-code/);
  });
});
