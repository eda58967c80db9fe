import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MaskDocument } from '../../../src/extension/document/maskDocument.ts';
import type { DocumentEvent } from '../../../src/extension/document/events.ts';
import { ImageDocument } from '../../../src/extension/document/imageDocument.ts';
import { pack, unpack } from '../../../src/shared/mask/patch.ts';
import { begin, FakeWorkshop, openDocument, markedIn, marking } from './fakes.ts';

const page = {};
const SIZE = { width: 4, height: 2 };
const noQuestion = () => assert.fail('nothing to ask');
const edits = (events: DocumentEvent[]) => events.flatMap((event) => (event.kind === 'maskEdit' ? [event] : []));

test('an edit is remembered, told to the other pages, and can be undone and redone', async () => {
  const { document, events } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(1, 2), 'brush', page);
  document.kept.editMask(marking(5), 'lasso', page);
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2, 5]);
  assert.deepEqual(
    events.map((event) => (event.kind === 'mask' ? event.from : event.kind)),
    [page, 'maskEdit', page, 'maskEdit'],
  );
  const [first, second] = edits(events);
  second!.undo();
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
  first!.undo();
  assert.equal(await document.kept.mask(), undefined);
  first!.redo();
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
  const last = events.at(-1)!;
  assert.ok(last.kind === 'mask' && last.from === undefined, 'pages hear of it, the one that painted too');
});

test('undoing back to what is on disk leaves nothing to save; editing does not', async () => {
  const { document, events } = openDocument();
  await document.inspect();
  assert.equal(document.kept.changed, false);
  document.kept.editMask(marking(1), 'brush', page);
  document.kept.keptOnDisk(document.kept.toKeep);
  assert.equal(document.kept.changed, false);
  document.kept.editMask(marking(2), 'brush', page);
  assert.equal(document.kept.changed, true);
  edits(events)[1]!.undo();
  assert.equal(document.kept.changed, false);
  edits(events)[0]!.undo();
  assert.equal(document.kept.changed, true);
});

test('what is painted while the file is written is still to be saved', () => {
  const mask = new MaskDocument(SIZE);
  mask.edit(marking(1));
  const version = mask.version;
  mask.edit(marking(2));
  mask.saved(version);
  assert.equal(mask.changed, true);
});

test('a run takes the mask as it was when it was prepared; without one it is refused', async () => {
  const { document, workshop } = openDocument();
  await document.inspect();
  await assert.rejects(begin(document, undefined, 'inpaint'), /Nothing is painted yet/);
  document.kept.editMask(marking(0, 4), 'rectangle', page);
  const run = await begin(document, undefined, 'inpaint');
  document.kept.editMask(marking(7), 'brush', page);
  assert.deepEqual(markedIn(workshop.mask), [0, 4]);
  assert.ok(run.plan.job.known!.data.includes(0));
  document.runner.control('stop');
  await begin(document, undefined, 'colorize');
  assert.equal(workshop.mask, undefined, 'only inpainting needs it');
});

test('a file takes the place of the mask in one edit, if it has the size of the picture', async () => {
  const { document, events } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(1, 2), 'brush', page);
  await document.kept.loadMask(unpack(marking(2, 3)).data, 'mask.png', noQuestion);
  assert.deepEqual(markedIn(await document.kept.mask()), [2, 3]);
  edits(events)[1]!.undo();
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
  await assert.rejects(
    document.kept.loadMask(new Uint8Array(6), 'small.png', noQuestion),
    /small\.png has 3 × 2 pixels .* 4 × 2/,
  );
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
});

test('a file that may be meant either way is asked about, and how it was understood is told', async () => {
  const { document, events, workshop } = openDocument();
  await document.inspect();
  const shares = { fill: 0.75, keep: 0.25 };
  workshop.readMask = (_bytes, _name, alpha) =>
    Promise.resolve(alpha ? { mask: marking(alpha === 'fill' ? 1 : 2), note: `Taken as ${alpha}.` } : { shares });
  const load = (answer: 'fill' | 'keep' | undefined) =>
    document.kept.loadMask(new Uint8Array(), 'strokes.png', (question) => {
      assert.deepEqual(question, { shares });
      return Promise.resolve(answer);
    });
  await load(undefined);
  assert.equal(await document.kept.mask(), undefined);
  await load('keep');
  assert.deepEqual(markedIn(await document.kept.mask()), [2]);
  const notices = events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []));
  assert.deepEqual(notices, ['Taken as keep.']);
});

test('revert goes back to the mask on disk', async () => {
  const { document } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(1, 2), 'brush', page);
  document.kept.revert({ masks: [marking(6)] });
  assert.deepEqual(markedIn(await document.kept.mask()), [6]);
  assert.equal(document.kept.changed, false);
  document.kept.revert({});
  assert.equal(await document.kept.mask(), undefined);
});

test('a mask that somebody else put on disk is taken as an edit, so undo brings back what was painted', async () => {
  const { document, events } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(1, 2), 'brush', page);
  document.kept.adopt({ masks: [marking(6)] });
  assert.deepEqual(markedIn(await document.kept.mask()), [6]);
  assert.equal(document.kept.changed, false);
  edits(events)[1]!.undo();
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
  assert.equal(document.kept.changed, true);
});

test('when the file with the mask is deleted, the mask lives on and is to be saved', async () => {
  const { document, kinds } = openDocument();
  document.kept.gone();
  assert.deepEqual(kinds(), [], 'nothing painted, nothing lost');
  await document.inspect();
  document.kept.editMask(marking(1, 2), 'brush', page);
  document.kept.keptOnDisk(document.kept.toKeep);
  document.kept.gone();
  assert.equal(kinds().at(-1), 'unsaved');
  assert.equal(document.kept.changed, true);
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
});

test('a mask that was not saved comes back as unsaved, and one from disk as saved', async () => {
  const document = new ImageDocument(new FakeWorkshop(), { masks: [marking(5)] }, { masks: [marking(3)] });
  assert.deepEqual(markedIn(await document.kept.mask()), [3]);
  assert.equal(document.kept.changed, true);
  assert.equal(new ImageDocument(new FakeWorkshop(), { masks: [marking(3)] }).kept.changed, false);
});

test('a mask that was cleared and not saved comes back cleared', async () => {
  const { document } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(1), 'brush', page);
  document.kept.keptOnDisk(document.kept.toKeep);
  document.kept.editMask(marking(1), 'clear', page);
  const next = new ImageDocument(new FakeWorkshop(), { masks: [marking(1)] }, await document.kept.unsaved());
  await next.inspect();
  assert.equal(await next.kept.mask(), undefined);
  assert.equal(next.kept.changed, true);
});

const OTHER = pack({ width: 3, height: 3, data: new Uint8Array(9).fill(255, 4, 5) });

test('a picture that gets another size and the first one back finds what was painted, saved or not', async () => {
  const { document, workshop, events, kinds } = openDocument();
  await document.inspect();
  document.kept.editMask(marking(1), 'brush', page);
  document.kept.keptOnDisk(document.kept.toKeep);
  document.kept.editMask(marking(2), 'brush', page);

  workshop.inspect = () => Promise.resolve({ width: 3, height: 3 });
  await document.inspect();
  assert.ok(events.some((event) => event.kind === 'maskAside' && event.size.width === 4));
  assert.equal(await document.kept.mask(), undefined);
  assert.throws(() => document.kept.editMask(marking(2), 'brush', page), /4 × 2 pixels, but the picture is 3 × 3/);
  document.kept.editMask(OTHER, 'brush', page);
  const told = kinds().length;
  edits(events)[1]!.undo();
  assert.equal(kinds().length, told, 'no page shows this mask now');
  assert.deepEqual(await document.kept.mask(), OTHER);

  workshop.inspect = () => Promise.resolve({ width: 4, height: 2 });
  await document.inspect();
  assert.deepEqual(markedIn(await document.kept.mask()), [1]);
  edits(events)[1]!.redo();
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
});

test('the masks of other sizes are kept in the file and in backups', async () => {
  const workshop = new FakeWorkshop();
  const document = new ImageDocument(workshop, { masks: [OTHER, marking(5)] });
  await document.inspect();
  assert.deepEqual(markedIn(await document.kept.mask()), [5], 'the one of this size, whichever comes first');
  document.kept.editMask(marking(6), 'brush', page);
  assert.deepEqual(await document.kept.encodeOtherMasks(), [unpack(OTHER).data]);
  workshop.inspect = () => Promise.resolve({ width: 3, height: 3 });
  await document.inspect();
  assert.deepEqual(await document.kept.encodeMask(), unpack(OTHER).data);
  assert.deepEqual(await document.kept.encodeOtherMasks(), [unpack(marking(5, 6)).data]);
  assert.deepEqual((await document.kept.unsaved()).masks, [marking(5, 6)]);
});

test('a mask is packed once for each change of it', async () => {
  const { document, workshop } = openDocument();
  let packed = 0;
  workshop.packMask = (plane) => {
    packed += 1;
    return Promise.resolve(pack(plane));
  };
  document.kept.editMask(marking(1), 'brush', page);
  await Promise.all([document.kept.mask(), document.kept.maskToFill(), document.kept.unsaved()]);
  assert.equal(packed, 1);
  document.kept.editMask(marking(2), 'brush', page);
  assert.deepEqual(markedIn(await document.kept.mask()), [1, 2]);
  assert.equal(packed, 2);
});
