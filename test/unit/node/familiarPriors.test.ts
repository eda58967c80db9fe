import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unfamiliarNote } from '../../../src/node/familiarPriors.ts';
import { builtInCatalog } from '../../../src/node/store/catalog.ts';

test('of a picture that a prior of faces does not know, it is said that faces must be aligned', () => {
  const about = { name: 'Faces', domain: 'aligned faces' };
  assert.match(
    unfamiliarNote({ ...about, alignment: 'ffhq' }, 'denoise'),
    /Faces must be upright and centred: Align\./,
  );
  assert.doesNotMatch(unfamiliarNote(about, 'denoise'), /Align\./);
});

test('the catalogue says of every prior of aligned faces how they were cut out, and of no other', () => {
  const aligned = builtInCatalog().models.filter(({ alignment }) => alignment !== undefined);
  assert.deepEqual(
    aligned.map(({ id }) => id),
    builtInCatalog()
      .models.filter(({ domain }) => /aligned faces|cropped faces/.test(domain))
      .map(({ id }) => id),
  );
});
