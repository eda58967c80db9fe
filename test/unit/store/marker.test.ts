import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FRESHNESS, newMarker, processSpace, readMarker } from '../../../src/node/store/marker.ts';

/** Above what any system gives out. */
const DEAD_PID = 2 ** 30;

test('only a process of the same kernel and namespace is known to be dead by its number', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganprior-marker-'));
  const staleOf = async (host: string, pid: number): Promise<boolean | undefined> => {
    await writeFile(join(folder, 'lock'), JSON.stringify({ ...newMarker('downloading'), host, pid }));
    return (await readMarker(join(folder, 'lock'), FRESHNESS))?.stale;
  };
  try {
    assert.equal(await staleOf(processSpace(), DEAD_PID), true);
    assert.equal(await staleOf(processSpace(), process.pid), false);
    // Windows and the Linux inside it have one name, and so may containers; so has this machine after a new start.
    const other = process.platform === 'win32' ? 'linux' : 'win32';
    for (const host of [hostname(), `${other} ${hostname()}`, `${process.platform} ${hostname()} 1234 pid:[1]`]) {
      assert.equal(await staleOf(host, DEAD_PID), false, host);
    }
    assert.equal(processSpace(), newMarker('').host);
    if (process.platform === 'linux') assert.match(processSpace(), / [0-9a-f-]{36} pid:\[\d+\]$/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
