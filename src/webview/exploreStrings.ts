/** What the page says of changes that are tried out on a finished run, and of what the run consists of: see `strings.ts`. */
import { t } from '@vscode/l10n';
import type { Part, View } from '../shared/exploration.ts';

const percent = (share: number): number => Math.round(100 * share);

/** Counted from 1. */
const named = ({ kind, index }: Part): string =>
  kind === 'code' ? t('Code {0}', index + 1) : t('Channel {0}', index + 1);

const VIEWS: Readonly<Record<View, (part: string) => string>> = {
  own: (part) => t('{0}: its own picture', part),
  alone: (part) => t('{0}: its part of the result, alone', part),
  without: (part) => t('{0}: the result without it', part),
  where: (part) => t('{0}: where the result differs without it, white where most', part),
};

export const exploreStrings = {
  explore: () => t('Try out changes'),
  hint: () => t('The picture follows. What is kept becomes one more result.'),
  preparing: () => t('Getting ready…'),
  directions: () => t('Move codes along directions'),
  direction: (number: number) => t('Direction {0}', number),
  onlyChosen: () => t('Move chosen codes only'),
  chosen: () => t('Codes that move'),
  more: () => t('More directions…'),
  moreTip: () => t('From a NumPy file, or trained by others'),
  codes: () => t('Weigh each code'),
  codesHint: () =>
    t('At 0 a code is left out. The small pictures are of the run as it ended; press one to see it large.'),
  code: (number: number, share: number) => t('Code {0} ({1}%)', number, percent(share)),
  channels: () => t('Leave out the strongest channels'),
  channel: (number: number, share: number) => t('Channel {0} ({1}%)', number, percent(share)),
  pictures: (part: Part) => t('Pictures of {0}', named(part)),
  view: (part: Part, view: View) => VIEWS[view](named(part)),
  heading: (view: View) => ({ own: t('Own'), alone: t('Alone'), without: t('Without'), where: t('Where') })[view],
  looking: (part: Part, view: View) => t('{0}. Escape leads back.', VIEWS[view](named(part))),
  putBack: () => t('Put back what the picture says'),
  undo: () => t('Undo'),
  redo: () => t('Redo'),
  reset: () => t('Reset'),
  keep: () => t('Keep this picture'),
  exportChanges: () => t('Export changes…'),
  exportTip: () => t('Save the way from the result to this picture: a filmstrip, a GIF or a WebM'),
  exporting: (percent: number) => t('Export {0}%: Cancel', percent),
  otherExport: () => t('Another animation is being made. Wait for it, or cancel it.'),
};
