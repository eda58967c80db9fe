import { test } from 'node:test';
import assert from 'node:assert/strict';
import { UsageError } from '../../../src/cli/errors.ts';
import { outputFiles } from '../../../src/cli/outputs.ts';

test('results go beside the image, into a folder, or to a named file', () => {
  assert.deepEqual(outputFiles(['a/b.jpg'], 'inpaint', undefined), ['a/b.inpaint.png']);
  assert.deepEqual(outputFiles(['a/b.jpg', 'c.d.webp'], 'inpaint', 'results'), [
    'results/b.inpaint.png',
    'results/c.d.inpaint.png',
  ]);
  assert.deepEqual(outputFiles(['b.jpg'], 'inpaint', 'x/y.png'), ['x/y.png']);
});

test('outputs that collide, replace a source, or have no format to write are refused before anything runs', () => {
  const refuses = (images: string[], out: string | undefined, message: RegExp) =>
    assert.throws(
      () => outputFiles(images, 'colorize', out),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
  refuses(['a/x.png', 'b/x.jpg'], 'results/', /b\/x\.jpg and a\/x\.png would both become/);
  refuses(['a.png', 'b.png'], 'one.png', /one file, but there are 2 images/);
  refuses(['a.png'], './a.png', /would replace the source a\.png/);
  refuses(['a.png'], 'b.gif', /PNG/);
});
