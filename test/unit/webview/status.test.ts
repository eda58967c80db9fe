import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isBusy, next, TRANSITIONS, type Action, type Status } from '../../../src/webview/status.ts';

describe('the states of the page', () => {
  const walk = (...actions: Action[]): (Status | undefined)[] => {
    let status: Status | undefined = 'idle';
    return actions.map((action) => (status = status && next(status, action)));
  };

  test('a run goes from start to done, with a pause', () => {
    assert.deepEqual(walk('start', 'optimise', 'pause', 'optimise', 'outcome', 'compose', 'start'), [
      'preparing',
      'running',
      'paused',
      'running',
      'finishing',
      'done',
      'preparing',
    ]);
  });

  test('a late click or message means nothing', () => {
    assert.equal(next('idle', 'stop'), undefined);
    assert.equal(next('done', 'pause'), undefined);
    assert.equal(next('finishing', 'stop'), undefined);
    assert.equal(next('loading', 'start'), undefined);
  });

  test('no two runs at once: nothing starts while one is going', () => {
    for (const status of Object.keys(TRANSITIONS) as Status[]) {
      if (isBusy(status)) assert.equal(next(status, 'start'), undefined, status);
    }
  });

  test('whatever works can fail, and after a failure one can start again', () => {
    for (const status of ['loading', 'idle', 'preparing', 'running', 'paused', 'finishing'] as const) {
      assert.equal(next(status, 'fail'), 'failed');
    }
    assert.equal(next('failed', 'start'), 'preparing');
  });
});
