import { test } from 'node:test';
import assert from 'node:assert/strict';
import { errorLine, UsageError } from '../../../src/cli/errors.ts';
import { FileError } from '../../../src/node/errors.ts';

test('an error is one line that names the file once, whatever its name is', () => {
  const odd = 'two\nlines\u001b[2K\u202e.png';
  const shown = 'two\\nlines\\u001b[2K\\u202e.png';
  assert.equal(errorLine(new FileError(odd, 'is empty.'), odd), `error: ${shown} is empty.`);
  assert.equal(errorLine(new UsageError('no.'), odd), `error: ${shown}: no.`);
  assert.equal(errorLine(new FileError('mask.png', 'is empty.'), 'a.png'), 'error: a.png: mask.png is empty.');
  assert.equal(
    errorLine(new TypeError('x is\n  undefined'), 'a.png'),
    'error: a.png: unexpected failure: x is undefined (GAN_PRIOR_DEBUG=1 shows where)',
  );
});

test('a lack of memory is said as one, whoever finds it', () => {
  const heap = Object.assign(new Error('Worker terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
  for (const error of [heap, new RangeError('Array buffer allocation failed'), new Error('std::bad_alloc')]) {
    assert.match(errorLine(error, 'a.png'), /^error: a\.png: there is not enough memory\. Choose fewer --codes/);
  }
});
