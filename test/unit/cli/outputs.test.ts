import { test } from 'node:test';
import assert from 'node:assert/strict';
import { UsageError } from '../../../src/cli/errors.ts';
import { listedAlone } from '../../../src/node/batch/listing.ts';
import { outputFiles } from '../../../src/cli/outputs.ts';

test('results go beside the image, into a folder, or to a named file', () => {
  assert.deepEqual(outputFiles([listedAlone('a/b.jpg')], 'inpaint', undefined), ['a/b.inpaint.png']);
  assert.deepEqual(outputFiles(['a/b.jpg', 'c.d.webp'].map(listedAlone), 'inpaint', 'results'), [
    'results/b.inpaint.png',
    'results/c.d.inpaint.png',
  ]);
  assert.deepEqual(outputFiles([listedAlone('b.jpg')], 'inpaint', 'x/y.png'), ['x/y.png']);
});

test('outputs that collide, replace a source, or have no format to write are refused before anything runs', () => {
  const refuses = (images: string[], out: string | undefined, message: RegExp) =>
    assert.throws(
      () => outputFiles(images.map(listedAlone), 'colorize', out),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
  refuses(['a/x.png', 'b/x.jpg'], 'results/', /b\/x\.jpg and a\/x\.png would both become/);
  refuses(['a.png', 'b.png'], 'one.png', /one file, but there are 2 images/);
  refuses(['a.png'], './a.png', /would replace the source a\.png/);
  refuses(['a.png'], 'b.gif', /PNG/);
});

test('what lies below a folder keeps its place there, and names that differ in their ending alone keep that', () => {
  const listed = ['a/x.png', 'a/x.jpg', 'b/x.png'].map((within) => ({ path: `in/${within}`, within }));
  assert.deepEqual(outputFiles(listed, 'denoise', 'out'), [
    'out/a/x.png.denoise.png',
    'out/a/x.jpg.denoise.png',
    'out/b/x.denoise.png',
  ]);
  assert.deepEqual(outputFiles(listed.slice(1), 'denoise', undefined), ['in/a/x.denoise.png', 'in/b/x.denoise.png']);
});
