/** What most suites of the workbench begin with: small pictures, the tiny model, an editor that saves only when told to. */
import { after, before } from 'node:test';
import { Workbench } from '../harness/workbench.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { Workspace } from './workspace.ts';

/** Open while the tests of a suite run. */
export interface Suite {
  readonly workspace: Workspace;
  readonly workbench: Workbench;
}

/** Registers the hooks of the suite it is called in; its fields are there from the first test on. */
export function openedWorkbench({ gpu = 'none', iterations = 12, settings = {} }: SuiteOptions = {}): Suite {
  const suite = {} as { workspace: Workspace; workbench: Workbench };
  before(async () => {
    suite.workspace = await Workspace.create();
    suite.workbench = await Workbench.open({
      workspace: suite.workspace.folder,
      gpu,
      settings: {
        'ganPrior.model': TINY_MODEL,
        'ganPrior.iterations': iterations,
        'files.autoSave': 'off',
        ...settings,
      },
    });
  });
  after(async () => {
    await suite.workbench?.close();
    await suite.workspace?.remove();
  });
  return suite;
}

interface SuiteOptions {
  readonly gpu?: 'none' | 'software';
  readonly iterations?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}
