import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathOf, placeAt, type Place } from '../../../src/extension/save/places.ts';

const place = (scheme: string, authority: string, path: string): Place => ({ scheme, authority, path });
const HOME = '/home/me';

test('a picture on a share has its results on that share, and on the disk where the setting says a drive or the home', () => {
  const picture = place('file', 'server', '/share/pictures/a.png');
  assert.equal(pathOf(picture), '//server/share/pictures/a.png');
  assert.deepEqual(
    placeAt('//server/share/pictures/out.png', picture, HOME),
    place('file', 'server', '/share/pictures/out.png'),
  );
  assert.deepEqual(placeAt('//other/share/out.png', picture, HOME), place('file', 'other', '/share/out.png'));
  assert.deepEqual(placeAt('C:/out/a.png', picture, HOME), place('file', '', '/C:/out/a.png'));
  assert.deepEqual(placeAt('/home/me/a.png', picture, HOME), place('file', '', '/home/me/a.png'));
});

test('a picture on another file system has them there, and in the home folder where the setting says so', () => {
  const picture = place('vscode-vfs', 'github', '/owner/repository/a.png');
  assert.equal(pathOf(picture), '/owner/repository/a.png');
  assert.deepEqual(
    placeAt('/owner/repository/b.png', picture, HOME),
    place('vscode-vfs', 'github', '/owner/repository/b.png'),
  );
  assert.deepEqual(placeAt('/home/me/b.png', picture, HOME), place('file', '', '/home/me/b.png'));
});

test('a picture on the disk stays on the disk, whatever its name', () => {
  for (const path of ['/p/100%.png', '/p/a#b.png', '/p/what?.png', '/p/a%20b.png']) {
    const picture = place('file', '', path);
    assert.deepEqual(placeAt(pathOf(picture), picture, HOME), picture);
  }
});
