/** The strongest channels at the layer where codes are mixed: what the picture is without each. */
import type { Explorable, Exploration, Part, View } from '../../shared/exploration.ts';
import { element } from '../dom.ts';
import { exploreStrings as strings } from '../exploreStrings.ts';
import { box, group } from './part.ts';
import { ThumbnailRow } from './thumbnails.ts';

const VIEWS = ['without', 'where'] as const;

export class Channels {
  readonly #group = group(strings.channels());
  readonly element = this.#group.element;
  #boxes: readonly { readonly channel: number; readonly input: HTMLInputElement }[] = [];
  /** Their pictures. */
  rows: readonly ThumbnailRow[] = [];

  constructor(
    private readonly done: () => void,
    private readonly press: (part: Part, view: View) => void,
  ) {}

  offer({ channels }: Explorable): void {
    this.rows = channels.map(({ channel }) => new ThumbnailRow({ kind: 'channel', index: channel }, VIEWS, this.press));
    const boxes = channels.map(({ channel, share }) => ({
      channel,
      ...box(`explore-channel-${channel}`, strings.channel(channel + 1, share), this.done),
    }));
    this.#boxes = boxes;
    this.#group.fill(
      ...boxes.map((one, i) => element('div', { class: 'channel' }, one.element, this.rows[i]!.element)),
    );
  }

  read(): Pick<Exploration, 'without'> {
    const without = this.#boxes.flatMap(({ channel, input }) => (input.checked ? [channel] : []));
    return without.length > 0 ? { without } : {};
  }

  show({ without = [] }: Exploration): void {
    for (const { channel, input } of this.#boxes) input.checked = without.includes(channel);
  }
}
