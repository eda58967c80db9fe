import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChoicesDocument } from '../../../src/extension/document/choicesDocument.ts';
import { openDocument } from './fakes.ts';

const page = {};
const layer = (value: number) => ({ task: 'colorize', params: { layer: value } }) as const;

test('what a person chooses is to be saved until it is what the file says', () => {
  const choices = new ChoicesDocument();
  assert.equal(choices.changed, false);
  choices.choose(layer(1));
  assert.equal(choices.changed, true);
  choices.saved(layer(1));
  assert.equal(choices.changed, false);
  choices.choose({ task: 'colorize', params: { seed: 1, layer: 1 } });
  choices.saved({ task: 'colorize', params: { layer: 1, seed: 1 } });
  assert.equal(choices.changed, false, 'the order says nothing');
  choices.choose(layer(2));
  assert.equal(choices.changed, true);
  choices.reset(layer(3));
  assert.deepEqual([choices.value, choices.changed], [layer(3), false]);
});

test('choices restored from a backup are to be saved, those from the file are not', () => {
  assert.equal(new ChoicesDocument(undefined, layer(1)).changed, true);
  assert.equal(new ChoicesDocument(layer(1)).changed, false);
});

test('every page hears of a choice with the page it came from; a command chooses nothing worth saving', () => {
  const { document, events } = openDocument();
  document.kept.begin('inpaint');
  assert.deepEqual(document.kept.choices, { task: 'inpaint', params: {} });
  assert.equal(document.kept.changed, false);
  document.kept.choose(layer(2), page);
  assert.deepEqual(events, [
    { kind: 'choices', choices: { task: 'inpaint', params: {} }, from: undefined, unsaved: false },
    { kind: 'choices', choices: layer(2), from: page, unsaved: true },
  ]);
  document.kept.keptOnDisk(document.kept.toKeep);
  assert.equal(document.kept.changed, false);
  document.kept.gone();
  assert.equal(document.kept.changed, true, 'what is on disk no more is to be saved');
});
