/** The commands. */
import { existsSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Command, CommanderError } from 'commander';
import { TASKS } from '../engine/generator/manifest.ts';
import { ALL_TASKS } from '../engine/tasks/index.ts';
import { shown } from '../node/errors.ts';
import { VERSION } from '../node/version.ts';
import { addAlignCommand } from './commands/align.ts';
import { addCompareCommand } from './commands/compare.ts';
import { addDirectionsCommand } from './commands/directions.ts';
import { addDrawCommand } from './commands/draw.ts';
import { addEditCommand } from './commands/edit.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addImportCommand } from './commands/import.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addModelsCommand } from './commands/models.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addReportCommand } from './commands/report.ts';
import { addRestoreCommand } from './commands/restore.ts';
import { addStudyCommand } from './commands/study.ts';
import { EXIT, report, UsageError } from './errors.ts';
import { statusOf } from './messages.ts';
import { honourProxies } from './proxy.ts';
import { beginningOfSlot, serveSlot } from './slot.ts';
import { receivedSignal, terminal } from './thread.ts';

/** Does what the arguments say, and sets the exit status. */
export async function main(): Promise<void> {
  honourProxies();
  const slot = beginningOfSlot(workerData);
  if (slot) return serveSlot(slot);
  try {
    await commandLine().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its line already; help and version are no errors.
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    } else {
      report(error);
      process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
    }
  }
  const signal = receivedSignal();
  if (signal !== undefined) process.exitCode = statusOf(signal);
}

function commandLine(): Command {
  const program = new Command('ganprior')
    .description('Restore images with a GAN as the prior (multi-code GAN inversion).')
    .version(VERSION)
    .showSuggestionAfterError(false)
    .configureOutput({
      getOutHelpWidth: () => terminal.columns ?? 80,
      outputError: (text, write) => write(`${usageLine(text)}\n`),
    })
    .exitOverride();
  for (const { id } of ALL_TASKS) addRestoreCommand(program, id);
  for (const id of TASKS) if (!ALL_TASKS.some((task) => task.id === id)) addUnknownTask(program, id);
  addAlignCommand(program);
  addReplayCommand(program);
  addCompareCommand(program);
  addStudyCommand(program);
  addReportCommand(program);
  addImportCommand(program);
  addGenerateCommand(program);
  addDirectionsCommand(program);
  addEditCommand(program);
  addDrawCommand(program);
  addInspectCommand(program);
  addModelsCommand(program);
  return program;
}

/** Commander's line; a file whose name begins with a dash is no option, whatever a glob makes of it. */
function usageLine(text: string): string {
  const line = shown(text.trim());
  const option = /^error: unknown option '(.*)'$/.exec(line)?.[1];
  return option !== undefined && existsSync(option) ? `${line}. If you mean the file, write ./${option}` : line;
}

/** A task that manifests may have presets for, but this version cannot do. */
function addUnknownTask(program: Command, id: string): void {
  program
    .command(id, { hidden: true })
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new UsageError(`this version cannot ${id}; it can ${ALL_TASKS.map((task) => task.id).join(', ')}.`);
    });
}
