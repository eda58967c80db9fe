/** `ganprior models`: what `--model` can name here. */
import type { Command } from 'commander';
import { lastCut } from '../../engine/generator/manifest.ts';
import { embeddedModels, listModels } from '../../node/models.ts';

export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .summary('list the models')
    .description(
      'List the models that are here: id, resolution, layers to compose at, what they draw, licence, folder.',
    )
    .action(async () => {
      const rows = (await listModels([embeddedModels()])).map((model) => {
        if ('problem' in model) return ['-', '-', '-', model.problem, '-', model.folder];
        const { id, resolution, domain, licence } = model.manifest;
        return [id, `${resolution} x ${resolution}`, `1-${lastCut(model.manifest)}`, domain, licence, model.folder];
      });
      console.log(table([['id', 'resolution', 'layers', 'draws', 'licence', 'on disk'], ...rows]));
    });
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
