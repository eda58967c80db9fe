/** The sentences of a study's page; see `../strings.ts`. */
import { t } from '@vscode/l10n';
import type { Compared } from '../../shared/study/row.ts';
import { duration } from '../format.ts';

const PHASES: Readonly<Record<string, () => string>> = {
  scoring: () => t('choosing starting codes'),
  compiling: () => t('preparing the model'),
  refitting: () => t('preparing the model'),
  optimising: () => t('making steps'),
  paused: () => t('paused'),
};

export const texts = {
  title: (picture: string) => t('Study layers and models on {0}', picture),
  intro: () =>
    t(
      'The picture is taken as the original. It is degraded as the task has it, restored by every model at every layer, and the results are measured against it.',
    ),
  models: () => t('Models'),
  noLayers: (name: string) => t('{0} (no layers)', name),
  upTo: (name: string, last: number) => t('{0} (layers 1 to {1})', name, last),
  layers: () => t('Layers'),
  layersHint: () => t('Numbers with commas between, such as 2, 4, 6.'),
  codes: () => t('Codes'),
  codesHint: () => t('Numbers with commas between; empty: each model’s own.'),
  steps: () => t('Steps'),
  stepsHint: () => t('Empty: each model’s own.'),
  badNumbers: (low: number, high: number) => t('Whole numbers from {0} to {1} with commas between.', low, high),
  badNumber: (low: number, high: number) => t('A whole number from {0} to {1}.', low, high),
  noModel: () => t('Choose a model.'),
  cannot: (names: string) => t('This task cannot be done by {0}.', names),
  start: () => t('Start'),
  stop: () => t('Stop'),
  save: () => t('Save'),
  ready: () => t('Nothing has been made yet.'),
  writing: () => t('Drawing the sheet…'),
  planning: () => t('Reading the models…'),
  going: (done: number, all: number, name: string, phase: string) =>
    t('Cell {0} of {1}: {2}, {3}', done, all, name, PHASES[phase]?.() ?? phase),
  left: (going: string, ms: number) => t('{0}, {1} left', going, duration(ms)),
  stopping: () => t('Stopping…'),
  done: (cells: number, backend: string) => t('Done: {0} cells, on {1}.', cells, backend),
  stopped: (done: number, all: number) =>
    t('Stopped: {0} of {1} cells are done and kept. Start makes the others.', done, all),
  saved: (count: number) => t('Saved {0} files beside the picture:', count),
  degraded: (how: string) => t('Degraded: {0}.', how),
  compared: (what: Compared) =>
    ({ original: t('Original'), given: t('Given'), bicubic: t('Enlarged without a model') })[what],
  results: () => t('Results by model and layer'),
  model: () => t('Model'),
  layer: (layer: number) => t('Layer {0}', layer),
  withCodes: (model: string, codes: number) =>
    codes === 1 ? t('{0}, 1 code', model) : t('{0}, {1} codes', model, codes),
  cell: (model: string, layer: number) => t('{0}, layer {1}', model, layer),
  psnr: (psnr: number | null) => (psnr === null ? t('equal') : t('{0} dB', psnr.toFixed(2))),
  ssim: (value: number) => t('SSIM {0}', value.toFixed(3)),
  lpips: (value: number) => t('LPIPS {0}', value.toFixed(3)),
  seconds: (value: number) => t('{0} s', value.toFixed(1)),
  waiting: () => t('waiting'),
  absent: () => t('no such layer'),
};
