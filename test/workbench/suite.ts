/** What most suites of the workbench begin with: small pictures, the tiny model, an editor that saves only when told to, unless a suite says otherwise. */
import { after, before } from 'node:test';
import { Workbench } from '../harness/workbench.ts';
import { TINY_MODEL } from '../support/tinyModel.ts';
import { Workspace } from './workspace.ts';

/** Open while the tests of a suite run. */
export interface Suite {
  readonly workspace: Workspace;
  readonly workbench: Workbench;
}

/** The values of `files.autoSave`: nothing that is saved by hand may depend on what VS Code saves by itself. */
export const AUTO_SAVE = ['off', 'afterDelay', 'onFocusChange'] as const;
export type AutoSave = (typeof AUTO_SAVE)[number];

/** Settings of a workspace. A shorter delay would hide the star at a tab that is about to be saved. */
export const savingBy = (autoSave: AutoSave) => ({ 'files.autoSave': autoSave, 'files.autoSaveDelay': 1001 });

/** One for all suites of a process: to open another folder in it takes less than half of the time that another one takes. */
let workbench: Workbench | undefined;
after(() => workbench?.close());

/** Registers the hooks of the suite it is called in; its fields are there from the first test on. */
export function openedWorkbench({ gpu = 'none', iterations = 12, settings = {} }: SuiteOptions = {}): Suite {
  const suite = {} as { workspace: Workspace; workbench: Workbench };
  before(async () => {
    suite.workspace = await Workspace.create({
      'ganPrior.model': TINY_MODEL,
      'ganPrior.iterations': iterations,
      'files.autoSave': 'off',
      ...settings,
    });
    const { folder } = suite.workspace;
    if (workbench) await workbench.show(folder);
    else workbench = await Workbench.open({ workspace: folder, gpu });
    suite.workbench = workbench;
  });
  after(() => suite.workspace?.remove());
  return suite;
}

interface SuiteOptions {
  /** The same in all suites of a process. */
  readonly gpu?: 'none' | 'software';
  readonly iterations?: number;
  /** Of the workspace. */
  readonly settings?: Readonly<Record<string, unknown>>;
}
