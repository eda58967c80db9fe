/** The sentences of comparing methods: a part of `strings.ts`. */
import { t } from '@vscode/l10n';
import type { Likeness } from './standing.ts';

/** Null: infinite. */
const decibels = (psnr: number | null): string => (psnr === null ? t('equal') : t('{0} dB', psnr.toFixed(2)));

export const sentences = {
  compareMethods: () => t('Compare methods'),
  hint: () => t('Each is run on this picture, one after the other, with what is chosen above. All results are kept.'),
  methods: () => t('Methods'),
  steps: (steps: number) => (steps === 1 ? t('one pass') : t('{0} steps', steps)),
  cost: (steps: string, time: string) => t('{0}, about {1}', steps, time),
  noCost: (steps: string) => t('{0}, not timed here yet', steps),
  lessThan: () => t('a second'),
  seconds: (seconds: number) => (seconds === 1 ? t('1 second') : t('{0} seconds', seconds)),
  minutes: (minutes: number) => (minutes === 1 ? t('1 minute') : t('{0} minutes', minutes)),
  hours: (hours: string) => t('{0} hours', hours),
  choose: (least: number, most: number) => t('Choose {0} to {1} methods.', least, most),
  total: (methods: number, time: string) => t('{0} methods: about {1}.', methods, time),
  totalAtLeast: (methods: number, time: string, untimed: number) =>
    untimed === 1
      ? t('{0} methods: about {1}, and one that was not timed here yet.', methods, time)
      : t('{0} methods: about {1}, and {2} that were not timed here yet.', methods, time, untimed),
  totalUnknown: (methods: number) => t('{0} methods, none of which was timed here yet.', methods),
  noOriginal: () => t('Without the original there is nothing to measure: the pictures and the times are compared.'),
  original: (name: string) => t('Measured against {0}.', name),
  chooseOriginal: () => t('Choose the original…'),
  otherOriginal: () => t('Another original…'),
  start: () => t('Compare'),
  startTip: () => t('Run the chosen methods, one after the other'),
  next: () => t('Next method'),
  nextTip: () => t('Keep what this method has made so far, and go on with the next'),
  show: () => t('Show pictures'),
  showTip: () => t('See the pictures of all methods side by side, or two under one divider'),
  waiting: () => t('Waiting'),
  running: () => t('Running'),
  step: (step: number, of: number) => t('Step {0} of {1}', step, of),
  composing: () => t('The picture is put together'),
  left: () => t('Not run'),
  failed: (problem: string) => t('Failed: {0}', problem),
  stoppedAt: (steps: number, time: string) =>
    steps === 1 ? t('stopped after one step, {0}', time) : t('stopped after {0} steps, {1}', steps, time),
  savedAs: (name: string) => t('saved as {0}', name),
  likeness: ({ psnr, ssim, lpips }: Likeness) =>
    lpips === undefined
      ? t('{0}, SSIM {1}', decibels(psnr), ssim.toFixed(3))
      : t('{0}, SSIM {1}, LPIPS {2}', decibels(psnr), ssim.toFixed(3), lpips.toFixed(3)),
  ofMethods: (at: number, of: number, title: string, text: string) => t('{0} of {1}, {2}: {3}', at, of, title, text),

  /* The pictures */
  pictures: () => t('Comparison of methods'),
  modes: () => t('How pictures are compared'),
  sides: () => t('Side by side (P)'),
  slider: () => t('Two under one divider (V)'),
  pictureAt: (letter: string) => t('Picture {0}', letter),
  pictureTip: (letter: string) => t('Which picture is {0} (press {0} for the next one)', letter),
  named: (letter: string, name: string) => t('{0}: {1}', letter, name),
  divider: () => t('Divider between A and B'),
  dividerTip: () => t('Drag, or use the arrow keys, to compare A and B'),
  dividerValue: (percent: number) => t('{0} percent A', percent),
  input: () => t('Picture as it came'),
  truth: () => t('Original'),
  alt: (name: string) => t('Picture of {0}', name),
  save: () => t('Save…'),
  saveOne: (name: string) => t('Save the picture of {0}', name),
  saveSheet: () => t('Save sheet…'),
  saveSheetTip: () => t('Save all pictures with their names and figures as one PNG picture'),
  savePage: () => t('Save page…'),
  savePageTip: () => t('Save table and pictures as an HTML page that needs no other file'),
  saved: (name: string) => t('Saved as {0}.', name),
  close: () => t('Close the comparison (Esc)'),
};
