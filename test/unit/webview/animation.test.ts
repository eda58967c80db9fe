import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Animation, Encode } from '../../../src/webview/animation/animation.ts';
import { AnimationExporter, type ExportSteps } from '../../../src/webview/animation/exporter.ts';
import { sizeOf } from '../../../src/webview/animation/frames.ts';
import { encodeGif } from '../../../src/webview/animation/gif.ts';

/** Three frames of one colour each. */
const animation: Animation = {
  width: 4,
  height: 2,
  count: 3,
  frame: (i) => {
    const data = new Uint8ClampedArray(4 * 4 * 2).map((_, at) => (at % 4 === i || at % 4 === 3 ? 255 : 0));
    return { width: 4, height: 2, data, colorSpace: 'srgb' };
  },
};

const never = new AbortController().signal;

describe('an animated GIF', () => {
  test('has every frame, repeats for ever, and shows the last one longer', async () => {
    const done: number[] = [];
    const bytes = Buffer.from(await encodeGif(animation, (count) => done.push(count), never));
    assert.equal(bytes.toString('latin1', 0, 6), 'GIF89a');
    assert.deepEqual([bytes.readUInt16LE(6), bytes.readUInt16LE(8)], [4, 2]);
    assert.equal(bytes.at(-1), 0x3b);
    assert.deepEqual(done, [1, 2, 3]);
    const loop = bytes.indexOf('NETSCAPE2.0');
    assert.equal(bytes.readUInt16LE(loop + 13), 0, 'for ever');
    const delays: number[] = [];
    for (let at = bytes.indexOf('21f904', 0, 'hex'); at >= 0; at = bytes.indexOf('21f904', at + 1, 'hex'))
      delays.push(bytes.readUInt16LE(at + 4));
    assert.deepEqual(delays, [10, 10, 200], 'in hundredths of a second');
  });

  test('can be given up', async () => {
    const control = new AbortController();
    await assert.rejects(
      encodeGif(animation, () => control.abort(), control.signal),
      { name: 'AbortError' },
    );
  });
});

describe('exporting', () => {
  function setUp(encode: Encode, changes: Partial<ExportSteps> = {}) {
    const calls: string[] = [];
    const steps: ExportSteps = {
      ask: () => Promise.resolve({ format: 'gif' }),
      animation: () => Promise.resolve(animation),
      write: (bytes) => Promise.resolve(calls.push(`write ${bytes.length}`)),
      progress: (share) => void calls.push(`progress ${share}`),
      ...changes,
    };
    return { calls, exporter: new AnimationExporter(steps, ['gif'], { png: encode, gif: encode, webm: encode }) };
  }

  test('asks first, reports, writes', async () => {
    const { calls, exporter } = setUp((_, done) => {
      done(3);
      return Promise.resolve(Uint8Array.of(1, 2));
    });
    await exporter.start();
    assert.deepEqual(calls, ['progress 0', 'progress 1', 'write 2', 'progress undefined']);
  });

  test('nothing is made when the person says nowhere', async () => {
    const { calls, exporter } = setUp(() => assert.fail('made'), { ask: () => Promise.resolve({}) });
    await exporter.start();
    assert.deepEqual(calls, ['progress undefined']);
  });

  test('given up, nothing is written and nobody complains; another one can be made', async () => {
    const { calls, exporter } = setUp(async (_, done, signal) => {
      exporter.cancel();
      await Promise.resolve();
      signal.throwIfAborted();
      return new Uint8Array();
    });
    await exporter.start();
    await exporter.start();
    assert.ok(!calls.some((call) => call.startsWith('write')));
  });

  test('a failure is told', async () => {
    const { exporter } = setUp(() => Promise.resolve(new Uint8Array()), {
      write: () => Promise.reject(new Error('The disk is full.')),
    });
    await assert.rejects(exporter.start(), /disk is full/);
  });
});

test('frames have the size of the picture, within reason', () => {
  const source = (width: number, height: number) => ({ name: 'a', uri: 'a', width, height });
  assert.deepEqual(sizeOf(source(16, 16), 8), { width: 128, height: 128 }, 'the pixels of the snapshots');
  assert.deepEqual(sizeOf(source(300, 201), 0.4), { width: 300, height: 202 });
  assert.deepEqual(sizeOf(source(4000, 1000), 0.03), { width: 480, height: 120 });
});
