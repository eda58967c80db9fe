import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileProblem, fileProblem, isMissing, isTaken } from '../../../src/extension/save/fileProblem.ts';

const PATH = '/p/pictures/a.png';

/** As Node throws it. */
const system = (code: string): Error => Object.assign(new Error(`${code}: some reason, open '${PATH}'`), { code });

/** As VS Code does: an error of its own, with what the system said in the message alone. */
function vscodeError(code: string, message: string): Error {
  const error = Object.assign(new Error(message), { code });
  error.name = `${code} (FileSystemError)`;
  return error;
}

test('what a system says about a file becomes a sentence that names it, whoever says it', () => {
  const sentences: [string, RegExp, RegExp][] = [
    ['ENOSPC', /^a\.png was not saved: the disk is full\.$/, /./],
    ['EDQUOT', /the disk is full/, /./],
    ['EROFS', /^a\.png was not saved: nothing can be written to pictures, which is read-only\.$/, /./],
    [
      'EACCES',
      /you are not allowed to write to it, or to pictures/,
      /^a\.png cannot be read: you are not allowed to\.$/,
    ],
    ['EPERM', /you are not allowed/, /you are not allowed/],
    ['ENOENT', /the folder pictures is not there any more/, /^a\.png is not there any more\.$/],
    ['ENOTDIR', /pictures is not a folder/, /not there any more/],
    ['EISDIR', /there is a folder of that name/, /it is a folder/],
    ['ENAMETOOLONG', /the name is too long/, /the name is too long/],
    ['EBUSY', /another program is using it/, /another program is using it/],
    ['EFBIG', /it is larger than this disk allows/, /it is too large/],
    ['EIO', /pictures cannot be reached/, /cannot be reached/],
    ['EXYZ', /the system says EXYZ/, /the system says EXYZ/],
  ];
  for (const [code, write, read] of sentences) {
    for (const error of [system(code), vscodeError('Unknown', `Error: ${code}: some reason, open '${PATH}'`)]) {
      for (const [doing, pattern] of [
        ['write', write],
        ['read', read],
      ] as const) {
        const { message } = fileProblem(error, PATH, doing);
        assert.match(message, pattern, code);
        assert.match(message, /^a\.png [a-z].*\.$/);
        assert.doesNotMatch(message, /Error|open|tmp/);
      }
    }
  }
  assert.match(fileProblem(vscodeError('NoPermissions', 'No permissions'), PATH, 'write').message, /not allowed/);
  assert.match(fileProblem(vscodeError('Unavailable', 'gone'), PATH, 'read').message, /cannot be reached/);
});

test('other errors, and those that have their words already, stay as they are', () => {
  const other = new Error('The picture has no pixels.');
  assert.equal(fileProblem(other, PATH, 'read'), other);
  const said = new FileProblem('said');
  assert.equal(fileProblem(said, PATH, 'write'), said);
});

test('missing and taken are told from the rest', () => {
  assert.ok(
    isMissing(system('ENOENT')) && isMissing(vscodeError('FileNotFound', 'EntryNotFound: ENOENT: no such file')),
  );
  assert.ok(isTaken(system('EEXIST')) && isTaken(vscodeError('FileExists', 'there is one')));
  assert.ok(!isMissing(system('EACCES')) && !isTaken(new Error('EEXIST')));
});
