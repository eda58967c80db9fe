/** `npm run bench -- plot`: how pictures get better with the work spent on them, from the curves of `quality --curve`. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { OnDemand } from '../onDemand.ts';
import type { QualityRow } from '../quality.ts';
import { median } from '../table.ts';

interface Series {
  readonly name: string;
  readonly files: readonly string[];
}

/** A point of a curve, in the fields' names that the chart's axes bear. */
interface Point {
  readonly task: string;
  readonly series: string;
  readonly stepEquivalents: number;
  readonly psnr: number;
}

export function addPlotCommand(program: Command): void {
  program
    .command('plot')
    .description('draw the median PSNR against step equivalents, one panel a task')
    .argument('<svg>', 'where to write')
    .argument('<series...>', 'NAME=FILE,FILE... with files that quality --curve --json wrote', collect)
    .action(plot);
}

function collect(text: string, before: readonly Series[] = []): readonly Series[] {
  const [, name, files] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name || !files) throw new InvalidArgumentError('NAME=FILE,FILE... is needed.');
  return [...before, { name, files: files.split(',') }];
}

async function plot(svg: string, series: readonly Series[]): Promise<void> {
  const points: Point[] = [];
  for (const { name, files } of series) {
    for (const file of files) {
      const { rows } = JSON.parse(await readFile(file, 'utf8')) as { rows: readonly QualityRow[] };
      points.push(...medianCurve(rows).map((point) => ({ ...point, series: name })));
    }
  }
  const order = series.map(({ name }) => name);
  await writeFile(svg, draw(points, order));
}

/** The median over the rows at every cost that all of them were measured at. */
export function medianCurve(rows: readonly QualityRow[]): Omit<Point, 'series'>[] {
  const [first] = rows;
  if (!first?.curve) return [];
  return first.curve.flatMap(([stepEquivalents]) => {
    const values = rows.map(({ curve }) => curve?.find(([at]) => at === stepEquivalents)?.[1]);
    const measured = values.filter((value) => value !== undefined);
    if (measured.length < rows.length) return [];
    return [{ task: first.task, stepEquivalents, psnr: median(measured) }];
  });
}

function draw(points: readonly Point[], order: readonly string[]): string {
  const charts = new OnDemand('plots');
  charts.install();
  const chart = {
    data: { values: points },
    facet: { field: 'task', type: 'nominal', title: null, sort: [...new Set(points.map(({ task }) => task))] },
    columns: 2,
    spec: {
      width: 300,
      height: 200,
      mark: { type: 'line', point: { size: 12 } },
      encoding: {
        x: {
          field: 'stepEquivalents',
          type: 'quantitative',
          scale: { type: 'log', nice: false },
          title: 'step equivalents',
        },
        y: { field: 'psnr', type: 'quantitative', scale: { zero: false }, title: 'PSNR, dB (median)' },
        color: { field: 'series', type: 'nominal', sort: order, title: null },
      },
    },
    resolve: { scale: { y: 'independent' }, axis: { x: 'independent' } },
    config: { axis: { grid: true, gridOpacity: 0.4 }, legend: { orient: 'bottom', labelLimit: 0 } },
  };
  const program = join(charts.folder, 'node_modules/vega-lite/bin/vl2svg');
  return execFileSync(process.execPath, [program], { input: JSON.stringify(chart), encoding: 'utf8' });
}
