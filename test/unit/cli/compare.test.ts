import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSheet } from '../../../src/node/report/sheet.ts';
import { degrade } from '../../../src/engine/baselines/degrade.ts';
import { FeedForward, type Range } from '../../../src/engine/baselines/feedForward.ts';
import { int, string, OPSET, type Graph } from '../../../src/engine/graph/graph.ts';
import { luma } from '../../../src/engine/image/luma.ts';
import type { Picture } from '../../../src/engine/image/picture.ts';
import { toPlanes } from '../../../src/engine/image/planes.ts';
import { resample } from '../../../src/engine/image/resample.ts';
import { psnr } from '../../../src/engine/metrics/psnr.ts';
import { writeModel } from '../../../src/engine/onnx/write.ts';
import { float32, type DataType } from '../../../src/engine/tensor.ts';
import { readManifest } from '../../../src/node/models.ts';
import { decodePicture, encodePng, readPicture } from '../../../src/node/codecs/index.ts';
import { nativeBackend } from '../../support/backends.ts';
import { assertFails, bundleCommandLine, runCommandLine } from '../../support/commandLine.ts';
import { TINY_MODEL } from '../../support/tinyModel.ts';

const METRICS = join(import.meta.dirname, '../../fixtures/metrics');

/** Smooth colours: no two pixels of a row are alike. */
function colours(width: number, height: number): Picture {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
    data.set([250 * x, 200 * y, 120 + 100 * x * y], 4 * i);
  }
  return { width, height, data };
}

/** y = factor * x over images of the given shape, enlarged `times` by nearest neighbour. */
function network(shape: Graph['inputs'][0]['shape'], { factor = 1, times = 1, dtype = 'float32' as DataType } = {}) {
  const cast = (name: string, from: string, to: number) => ({
    op: 'Cast',
    name,
    inputs: [from],
    outputs: [name],
    attributes: { to: int(to) },
  });
  const graph: Graph = {
    name: 'network',
    opset: OPSET,
    inputs: [{ name: 'image', dtype, shape }],
    outputs: [{ name: 'result', dtype, shape: [1, shape[1]!, 'out_h', 'out_w'] }],
    initializers: new Map([
      ['factor', float32([], [factor])],
      ['scales', float32([4], [1, 1, times, times])],
    ]),
    nodes: [
      cast('floats', 'image', 1),
      { op: 'Mul', name: 'product', inputs: ['floats', 'factor'], outputs: ['product'], attributes: {} },
      {
        op: 'Resize',
        name: 'larger',
        inputs: ['product', '', 'scales'],
        outputs: ['larger'],
        attributes: { mode: string('nearest') },
      },
      cast('result', 'larger', dtype === 'float16' ? 10 : 1),
    ],
  };
  return writeModel(graph);
}

describe('a feed-forward network', () => {
  const source = toPlanes(colours(8, 6));
  const apply = async (model: Uint8Array, width: number, height: number, range?: Range) => {
    const opened = await FeedForward.open(nativeBackend, model, 'net.onnx', range);
    try {
      return await opened.apply(source, width, height);
    } finally {
      await opened.dispose();
    }
  };

  for (const [range, half] of [
    ['0..1', (v: number) => (v + 1) / 2 - 1],
    ['-1..1', (v: number) => v / 2],
    ['0..255', (v: number) => (v + 1) / 2 - 1],
  ] as const) {
    test(`sees and gives ${range}`, async () => {
      const model = network([1, 3, 'h', 'w'], { factor: 0.5 });
      const result = await apply(model, 8, 6, range);
      result.data.forEach((value, i) => assert.ok(Math.abs(value - half(source.data[i]!)) < 1e-5));
    });
  }

  test('of one fixed size sees the picture at that size, and its result is brought to the size asked for', async () => {
    const result = await apply(network([1, 3, 16, 16], { times: 2 }), 32, 24);
    assert.deepEqual([result.width, result.height, result.channels], [32, 24, 3]);
    assert.ok(psnr(result, resample(source, 32, 24, 'bicubic')) > 25);
  });

  test('of one channel sees luma, and the picture keeps its chroma', async () => {
    const result = await apply(network(['n', 1, 'h', 'w'], { factor: 0.5 }), 8, 6);
    const [seen, given] = [luma(source).data, luma(result).data];
    given.forEach((value, i) => assert.ok(Math.abs((value + 1) * 2 - (seen[i]! + 1)) < 1e-5));
    let kept = 0;
    for (let i = 0; i < 48; i++) {
      const chroma = [0, 48, 96].map((c) => source.data[c + i]! - seen[i]!);
      // As strong as it was, or as strong as a display can show it.
      const room = chroma.map((value) => (value > 0 ? 1 - given[i]! : 1 + given[i]!) / Math.abs(value));
      const share = Math.min(1, ...room);
      chroma.forEach((value, c) =>
        assert.ok(Math.abs(result.data[48 * c + i]! - given[i]! - share * value) < 1e-5, `pixel ${i}`),
      );
      kept += Number(share === 1);
    }
    assert.ok(kept > 0 && kept < 48, `${kept}`);
  });

  test('of half floats', async () => {
    assert.ok(psnr(await apply(network([1, 3, 'h', 'w'], { dtype: 'float16' }), 8, 6), source) > 60);
  });

  test('that takes something else is refused by name', async () => {
    for (const shape of [
      [1, 2, 'h', 'w'],
      [1, 3],
      [4, 3, 8, 8],
    ]) {
      await assert.rejects(
        FeedForward.open(nativeBackend, network(shape), 'net.onnx'),
        /net\.onnx is no image-to-image/,
      );
    }
    await assert.rejects(
      FeedForward.open(nativeBackend, Uint8Array.of(1, 2, 3), 'net.onnx'),
      /net\.onnx is not an ONNX/,
    );
  });
});

describe('degrading an original', async () => {
  const manifest = await readManifest(TINY_MODEL);

  test('super-resolve: reduced to what the generator can draw, then by the factor', () => {
    const { source, truth, options } = degrade('super-resolve', colours(40, 21), manifest, { factor: 4 });
    assert.deepEqual([truth.width, truth.height, source.width, source.height], [16, 8, 4, 2]);
    assert.equal(options.factor, 4);
    assert.throws(() => degrade('super-resolve', colours(3, 3), manifest, {}), /too small/);
  });

  test('colorize: grey of the same luma', () => {
    const { source, truth } = degrade('colorize', colours(9, 5), manifest, {});
    const [before, grey] = [luma(toPlanes(truth)).data, toPlanes(source).data];
    grey.forEach((value, i) => assert.ok(Math.abs(value - before[i % 45]!) < 1.01 / 127.5));
  });

  test('inpaint: a square of a third of the side is unknown, the rest as it was', () => {
    const { source, truth, options } = degrade('inpaint', colours(30, 24), manifest, {});
    let holes = 0;
    for (let i = 0; i < 30 * 24; i++) {
      const unknown = options.unknown!.data[4 * i]! > 0;
      holes += Number(unknown);
      const pixel = source.data.subarray(4 * i, 4 * i + 3);
      assert.deepEqual([...pixel], unknown ? [128, 128, 128] : [...truth.data.subarray(4 * i, 4 * i + 3)]);
    }
    assert.equal(holes, 64);
  });

  test('denoise: the same noise for the same seed', () => {
    const noisy = (seed: number) => degrade('denoise', colours(32, 32), manifest, { seed }).source;
    assert.deepEqual(noisy(3), noisy(3));
    assert.notDeepEqual(noisy(3), noisy(4));
    // 20 log10(255 / 25) = 20.2 dB; clamping at black and white takes some of the noise away.
    const ratio = psnr(toPlanes(noisy(3)), toPlanes(colours(32, 32)));
    assert.ok(ratio > 19.5 && ratio < 22, `${ratio}`);
  });
});

test('a sheet shows every picture and writes under it', () => {
  const red = {
    width: 100,
    height: 50,
    data: new Uint8ClampedArray(20_000).map((_, i) => (i % 4 === 1 || i % 4 === 2 ? 0 : 255)),
  };
  const sheet = drawSheet([
    { picture: red, lines: ['I'] },
    { picture: red, lines: ['~', 'second'] },
  ]);
  assert.deepEqual([sheet.width, sheet.height], [12 + 2 * (200 + 12), 12 + 100 + 12 + 2 * 22]);
  const pixel = (x: number, y: number) => [
    ...sheet.data.subarray(4 * (y * sheet.width + x), 4 * (y * sheet.width + x) + 4),
  ];
  assert.deepEqual(pixel(12, 12), [255, 0, 0, 255]);
  assert.deepEqual(pixel(423, 111), [255, 0, 0, 255]);
  // The stem of the "I" is the third of five columns; to its left there is paper.
  assert.deepEqual(pixel(12 + 4, 124 + 6), [32, 32, 32, 255]);
  assert.deepEqual(pixel(12 + 1, 124 + 6), [236, 236, 236, 255]);
});

describe('ganprior compare', () => {
  let cli: string;
  let folder: string;
  before(async () => {
    cli = await bundleCommandLine('cli-compare');
    folder = await mkdtemp(join(tmpdir(), 'ganprior-compare-'));
    await writeFile(join(folder, 'original.png'), encodePng(colours(16, 16)));
    await writeFile(join(folder, 'net.onnx'), network([1, 3, 'h', 'w'], { times: 4 }));
    await writeFile(join(folder, 'damaged.onnx'), 'no model');
  });
  after(() => rm(folder, { recursive: true }));

  const ganprior = (...args: readonly string[]) => runCommandLine(cli, args, folder);
  const QUICK = ['--model', TINY_MODEL, '--codes', '2', '--iterations', '3', '--starts', '0', '--device', 'cpu'];
  const SUPER = ['compare', '--task', 'super-resolve', '--factor', '4', ...QUICK];

  test('wrong usage is one line and exit status 2', async () => {
    assertFails(await ganprior(...SUPER), 2, /missing IMAGE or --truth/);
    assertFails(
      await ganprior(...SUPER, 'a.png', '--methods', 'magic'),
      2,
      /there is no "magic"; choose from multi-code/,
    );
    assertFails(await ganprior('compare', 'a.png', '--task', 'inpaint'), 2, /missing --mask/);
    assertFails(await ganprior('colorize', 'a.png', '--noise', 'impulse'), 2, /--noise belongs to denoise/);
    assertFails(await ganprior('colorize', 'a.png', '--lpips', 'lpips'), 2, /give --truth too/);
  });

  test('measures every method against an original it degrades itself, and draws them', async () => {
    await ganprior(
      'import',
      join(METRICS, 'vgg16_whole_thin.pth'),
      '--lpips',
      join(METRICS, 'lpips_heads_thin.pth'),
      '--out',
      'lpips',
    );
    const methods = 'multi-code,single-code,feature-map,net.onnx';
    const outputs = ['--out', 'sheet.png', '--json', 'table.json', '--lpips', 'lpips'];
    const result = await ganprior(...SUPER, '--truth', 'original.png', '--methods', methods, ...outputs);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /method +PSNR dB +SSIM +LPIPS +seconds +steps\nbicubic /);
    const { rows } = JSON.parse(await readFile(join(folder, 'table.json'), 'utf8')) as {
      rows: { method: string; psnr: number; ssim: number; lpips: number; steps?: number }[];
    };
    assert.deepEqual(
      rows.map(({ method, steps }) => [method, steps]),
      [
        ['bicubic', undefined],
        ['multi-code', 3],
        ['single-code', 3],
        ['feature-map', 3],
        ['net', 1],
      ],
    );
    for (const row of rows) for (const value of [row.psnr, row.ssim, row.lpips]) assert.ok(Number.isFinite(value));
    // Enlarging what was reduced by a mean is worth what it is worth, whoever does it.
    const nearest = resample(toPlanes(colours(16, 16)), 4, 4, 'area');
    assert.ok(Math.abs(rows[4]!.psnr - psnr(blocks(nearest, 4), toPlanes(colours(16, 16)))) < 0.05);
    const sheet = await readPicture(join(folder, 'sheet.png'));
    assert.equal(sheet.width, 12 + 6 * (192 + 12));
    // Under the pictures: the method, PSNR and SSIM, LPIPS, the time.
    assert.equal(sheet.height, 12 + 192 + 12 + 4 * 22);
    const again = await ganprior(...SUPER, '--truth', 'original.png', '--out', 'sheet.png');
    assertFails(again, 1, /sheet\.png exists already/);
  });

  test('without an original there is nothing to measure', async () => {
    const result = await ganprior(
      'compare',
      'original.png',
      '--task',
      'colorize',
      ...QUICK,
      '--methods',
      'single-code',
    );
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /method +seconds +steps\ninput +- +-\nsingle-code +\d+\.\d +3\n/);
  });

  test('a method that fails is told of and keeps nobody from the others; the page works alone', async () => {
    const wanted = ['--methods', 'one-pass,single-code,plain', '--html', 'page.html', '--out', 'failed.png'];
    const result = await ganprior('compare', 'original.png', '--task', 'reconstruct', ...QUICK, ...wanted);
    assert.equal(result.code, 1, 'a script is to know that one is missing');
    assert.match(result.stderr, /^error: one-pass: The one pass of "Any picture" enlarges/m);
    assert.match(result.stdout, /\none-pass +- +- +The one pass of .*\nsingle-code +\d+\.\d +3 +-\n/);
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    assert.deepEqual(page.match(/(?:src|href)="(?!data:image\/png;base64,)[^"]*"/g), null, 'it asks for no other file');
    const figures = [...page.matchAll(/<img alt="([^"]+)" src="data:image\/png;base64,([^"]+)"/g)];
    assert.deepEqual(
      figures.map(([, name]) => name),
      ['input', 'single-code', 'input'],
    );
    const shown = await decodePicture(new Uint8Array(Buffer.from(figures[1]![2]!, 'base64')), 'page.html');
    assert.deepEqual([shown.width, shown.height], [16, 16]);
    assert.match(page, /<td>one-pass<\/td><td>-<\/td><td>-<\/td><td>The one pass of &quot;Any picture&quot;/);
    const sheet = await readPicture(join(folder, 'failed.png'));
    assert.equal(sheet.width, 12 + 3 * (192 + 12), 'a picture for each that has one');
  });

  test('where every method fails nothing is written', async () => {
    const files = await readdir(folder);
    const args = ['--methods', 'one-pass', '--html', 'never.html'];
    const result = await ganprior('compare', 'original.png', '--task', 'reconstruct', ...QUICK, ...args);
    assertFails(result, 1, /one-pass: The one pass of "Any picture" enlarges/);
    assert.deepEqual(await readdir(folder), files);
  });

  test('a network that cannot be read is named, and nothing is left behind', async () => {
    const files = await readdir(folder);
    const args = ['--truth', 'original.png', '--methods', 'damaged.onnx', '--out', 'never.png', '--json', 'never.json'];
    assertFails(await ganprior(...SUPER, ...args), 1, /damaged\.onnx is not an ONNX model/);
    assert.deepEqual(await readdir(folder), files);
  });

  test('a restoration writes all three metrics to its trace', async () => {
    const args = ['--truth', 'original.png', '--lpips', 'lpips/lpips.onnx', '--trace', 'trace.json', '--out', 'r.png'];
    const result = await ganprior('reconstruct', 'original.png', ...QUICK, ...args);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /LPIPS \d\.\d{3}\) against the original/);
    const { comparison } = JSON.parse(await readFile(join(folder, 'trace.json'), 'utf8')) as {
      comparison: { result: Record<string, number> };
    };
    assert.deepEqual(Object.keys(comparison.result), ['psnr', 'ssim', 'lpips']);
  });
});

/** Every pixel as a square of `times` x `times`. */
function blocks({ width, height, channels, data }: ReturnType<typeof toPlanes>, times: number) {
  const larger = { width: width * times, height: height * times, channels };
  const size = larger.width * larger.height;
  const values = Float32Array.from({ length: channels * size }, (_, i) => {
    const [c, y, x] = [Math.floor(i / size), Math.floor((i % size) / larger.width), i % larger.width];
    return data[(c * height + Math.floor(y / times)) * width + Math.floor(x / times)]!;
  });
  return { ...larger, data: values };
}
