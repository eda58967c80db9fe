/** Published feed-forward networks against PyTorch's numbers of them, on every CPU backend. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenNetwork } from '../../src/engine/feedForward/network.ts';
import { nativeBackend, wasmBackend } from '../support/backends.ts';
import { feedForwardArray, FEED_FORWARD_FIXTURES, fixtureNetwork } from '../support/feedForwardFixtures.ts';

const TOLERANCE = 1e-4;

for (const [name, [input, output]] of Object.entries(FEED_FORWARD_FIXTURES)) {
  for (const backend of [nativeBackend, wasmBackend]) {
    test(`${name} agrees with PyTorch on ${backend.name}`, async () => {
      const network = await OpenNetwork.open(backend, await fixtureNetwork(name));
      try {
        const made = await network.run(await feedForwardArray(`${name}-${input}`));
        const wanted = await feedForwardArray(`${name}-${output}`);
        assert.deepEqual(made.dims, wanted.dims);
        const largest = Math.max(...wanted.data.map(Math.abs));
        const worst = Math.max(...made.data.map((value, i) => Math.abs(value - wanted.data[i]!)));
        assert.ok(worst < TOLERANCE * largest, `differs by ${worst} of ${largest}`);
      } finally {
        await network.dispose();
      }
    });
  }
}
