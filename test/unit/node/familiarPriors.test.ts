import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inFull, quadOf } from '../../../src/engine/faces/alignment.ts';
import { notesOfFaces } from '../../../src/engine/faces/notes.ts';
import { domainNotes } from '../../../src/node/familiarPriors.ts';
import { regionOfQuad } from '../../../src/engine/tasks/index.ts';
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

/** Eyes and corners of the mouth of the first pictures of CelebA (Liu et al., 2015), aligned: list_landmarks_align_celeba.txt. */
const CELEBA = [
  [69, 109, 106, 113, 73, 152, 108, 154],
  [69, 110, 107, 112, 70, 151, 108, 153],
  [76, 112, 104, 106, 74, 156, 98, 158],
  [72, 113, 108, 108, 71, 155, 101, 151],
  [66, 114, 112, 112, 71, 147, 104, 150],
  [71, 111, 106, 110, 74, 154, 102, 153],
  [70, 112, 108, 111, 72, 152, 104, 152],
  [71, 110, 106, 111, 73, 155, 104, 153],
] as const;

test("the prior of 128 pixels has its crop of CelebA's pictures, as the marks of those say", () => {
  const { alignment } = builtInCatalog().models.find(({ domain }) => domain.startsWith('cropped faces'))!;
  const { scale, shift } = inFull(alignment!);
  const crops = CELEBA.map((marks) => {
    const [leftEye, rightEye, leftMouth, rightMouth] = [0, 2, 4, 6].map((i) => ({ x: marks[i]!, y: marks[i + 1]! }));
    const { x, y, side } = regionOfQuad(
      quadOf({ leftEye: leftEye!, rightEye: rightEye!, leftMouth: leftMouth!, rightMouth: rightMouth! }),
    );
    return [128 / side, (89 - x) / side, (121 - y) / side];
  });
  // Some of them look aside, and are marked so.
  const median = (i: number): number => crops.map((crop) => crop[i]!).sort((a, b) => a - b)[crops.length / 2]!;
  for (const [i, said] of [scale, ...shift].entries()) {
    assert.ok(Math.abs(median(i) - said) < 0.015, `${said} is ${median(i)}`);
  }
});
