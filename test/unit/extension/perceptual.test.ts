/** Which second term a run in the editor gets, and that its network reaches the run. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Models } from '../../../src/extension/models.ts';
import { readSettings } from '../../../src/extension/settings.ts';
import { ThreadWorkshop } from '../../../src/extension/threadWorkshop.ts';
import { writeNetwork } from '../../support/perceptualNetwork.ts';
import { sourceThread } from '../node/sourceThread.ts';
import { surroundings } from './surroundings.ts';

const MODELS = join(import.meta.dirname, '../../fixtures/models');
const none = '/no/such/folder';
let networks: string;
before(async () => {
  networks = await mkdtemp(join(tmpdir(), 'networks-'));
  await writeNetwork(networks, 'squeezenet');
  await writeNetwork(networks, 'vgg16');
});
after(() => rm(networks, { recursive: true }));

const settings = (values: Readonly<Record<string, unknown>>) =>
  readSettings(
    (key) => ({ model: 'tiny16', device: 'cpu', ...values })[key],
    (problem) => assert.fail(problem),
  );
const models = (values: Readonly<Record<string, unknown>> = {}, root = networks) =>
  new Models(settings(values), '/', [MODELS], root);

describe('the perceptual term', () => {
  test('is the network of the paper where it is installed, and needs none where there is none', async () => {
    const { perceptual, network } = await models().perceptual(undefined, 64);
    assert.deepEqual(perceptual, { kind: 'network', network: 'vgg16', weight: 500, size: 64 });
    assert.equal(network?.folder, join(networks, 'vgg16'));
    assert.deepEqual(await models({}, none).perceptual(undefined, 64), {
      perceptual: { kind: 'multi-scale', weight: 0.03 },
    });
  });

  test('is what the setting says, and what the person says before that', async () => {
    const configured = models({ perceptual: 'squeezenet', perceptualWeight: 2 });
    assert.deepEqual((await configured.perceptual(undefined, 512)).perceptual, {
      ...{ kind: 'network', network: 'squeezenet', weight: 2, size: 256 },
    });
    assert.deepEqual(await configured.perceptual('multi-scale', 64), {
      perceptual: { kind: 'multi-scale', weight: 2 },
    });
    assert.deepEqual(await configured.perceptual('none', 64), { perceptual: { kind: 'none' } });
  });

  test('names a network that is not there', async () => {
    await assert.rejects(models({ perceptual: 'vgg19' }).perceptual(undefined, 64), /vgg19 is not installed/);
  });

  test('is offered by name, and its folder is open to the page', async () => {
    const setup = await models().setup();
    assert.deepEqual(
      setup.networks.map(({ id }) => id),
      ['squeezenet', 'vgg16'],
    );
    assert.equal(setup.perceptual, 'vgg16');
    assert.ok(models().folders.includes(networks));
  });

  test('is loaded by the thread that makes the steps, and lowers the loss', async () => {
    const thread = sourceThread();
    try {
      const workshop = new ThreadWorkshop(thread, surroundings(settings({}), models));
      const plan = await workshop.prepare('super-resolve', { iterations: 5, factor: 4, seed: 1 });
      assert.equal(plan.job.perceptual?.kind, 'network');
      const losses: number[] = [];
      const { done } = workshop.start(plan, undefined, (event) => {
        if (event.kind === 'progress') losses.push(...event.losses);
      });
      await done;
      assert.equal(losses.length, 5);
      assert.ok(losses.at(-1)! < losses[0]!, losses.join());

      await writeFile(join(networks, 'vgg16', plan.network!.file), 'damaged');
      await assert.rejects(workshop.start(plan, undefined, () => undefined).done, /vgg16.*is damaged/);
    } finally {
      await thread.dispose();
    }
  });
});
