/** Menus, the editor and the dialogs agree about which files are pictures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import manifest from '../../../package.json' with { type: 'json' };
import { isReadable, OTHER_PICTURES, otherFormat } from '../../../src/extension/pictureFiles.ts';
import { READABLE_EXTENSIONS } from '../../../src/node/codecs/formats.ts';

const { menus, customEditors, configurationDefaults } = manifest.contributes;
type Item = { readonly submenu?: string; readonly when?: string };
const offers = ['explorer/context', 'editor/title/context', 'editor/title'].flatMap((menu) =>
  (menus as Record<string, Item[]>)[menu]!.filter(({ submenu }) => submenu?.startsWith('ganPrior.')),
);
/** What the menus of a submenu are shown for. */
const shownFor = (submenu: string, ending: string): boolean[] =>
  offers
    .filter((item) => item.submenu === submenu)
    .map(({ when }) => new RegExp(/=~ \/(.*)\/i/.exec(when!)![1]!, 'i').test(ending));

test('every picture that is read is offered the tasks, and opens in the editor', () => {
  const { selector } = customEditors[0]!;
  assert.deepEqual(selector, [{ filenamePattern: `*.{${READABLE_EXTENSIONS.join(',')}}` }]);
  for (const ending of READABLE_EXTENSIONS) {
    assert.deepEqual(shownFor('ganPrior.tasks', `.${ending}`), [true, true, true], ending);
    assert.deepEqual(shownFor('ganPrior.tasks', `.${ending.toUpperCase()}`), [true, true, true], ending);
    assert.deepEqual(shownFor('ganPrior.otherFormats', `.${ending}`), [false, false], ending);
    assert.ok(isReadable(`/a.b/Photo.${ending.toUpperCase()}`));
  }
});

test('every picture that is not read is offered an answer, and nothing else', () => {
  for (const [ending, format] of Object.entries(OTHER_PICTURES)) {
    assert.deepEqual(shownFor('ganPrior.tasks', `.${ending}`), [false, false, false], ending);
    assert.deepEqual(shownFor('ganPrior.otherFormats', `.${ending}`), [true, true], ending);
    assert.equal(otherFormat(`/a.b/photo.${ending}`), format);
    assert.ok(!isReadable(`photo.${ending}`));
  }
  for (const file of ['notes.txt', 'photo', '.gif/photo', 'photo.gif.txt', 'constructor', 'a.constructor']) {
    assert.equal(otherFormat(file), undefined, file);
    assert.deepEqual(shownFor('ganPrior.otherFormats', `.${file}`), [false, false], file);
  }
});

test('what is kept beside a picture is nested under it', () => {
  assert.deepEqual(configurationDefaults['explorer.fileNesting.patterns'], { '*': '${capture}.ganprior.json' });
});
