import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { notesOfFaces } from '../../../src/engine/faces/notes.ts';
import { domainNotes } from '../../../src/node/familiarPriors.ts';
import { builtInCatalog } from '../../../src/node/store/catalog.ts';

describe('before a run of a prior of faces it is said that faces must be aligned', () => {
  const about = { name: 'Faces', domain: 'aligned faces', alignment: 'ffhq' } as const;
  const said = (told: boolean | undefined, aligned = false, model: Parameters<typeof domainNotes>[0] = about) =>
    domainNotes(model, { task: 'denoise', aligned, ...(told !== undefined && { told: { known: told } }) }).join(' ');

  test('where it does not know the picture, and where it cannot tell', () => {
    assert.match(said(false), /looks unlike aligned faces.*Faces must be upright and centred: Align.*Choose a model/);
    assert.match(said(undefined), /^Faces knows nothing but faces.*Faces must be upright and centred: Align/);
  });

  test('not where it knows the picture, and not of a face that is cut out', () => {
    assert.equal(said(true), '');
    assert.equal(said(undefined, true), '');
    assert.match(said(false, true), /looks unlike aligned faces/);
    assert.doesNotMatch(said(false, true), /Align/);
  });

  test('not of other priors', () => {
    const other = { name: 'Fruit', domain: 'fruits' };
    assert.equal(said(undefined, false, other), '');
    assert.doesNotMatch(said(false, false, other), /Align/);
  });
});

test('what is said of several faces names those that it is said of', () => {
  assert.deepEqual(
    notesOfFaces([
      ['a', 'b'],
      ['a', 'c'],
      ['a', 'b'],
    ]),
    ['a', 'Faces 1 and 3 of 3: b', 'Face 2 of 3: c'],
  );
  assert.deepEqual(notesOfFaces([['a', 'a']]), ['a']);
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
