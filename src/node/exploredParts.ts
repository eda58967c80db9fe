/** Pictures of what a finished run consists of: a code by itself, the result without it, and where that differs. */
import type { Picture, Planes } from '../engine/image/picture.ts';
import { crop, planesToTensor, tensorToPlanes, toPicture } from '../engine/image/planes.ts';
import { means } from '../engine/image/resample.ts';
import { inspectChannel, inspectCode, type Composed, type Shares } from '../engine/inspect/parts.ts';
import { preview, type Preview, type Scene } from '../engine/tasks/index.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { Part, View } from '../shared/exploration.ts';

type Image = Tensor<'float32'>;
type Images = Partial<Record<View, Image>>;

/** A change of so much of the whole range is seen as one, however little else changes. */
const SEEN = 0.02;

export class Parts {
  #x: Promise<Image> | undefined;
  /** The one that was asked for last: whoever looks at its thumbnails may want one of them larger. */
  #last: { readonly part: string; readonly images: Images } | undefined;

  /** @param scene that shows x as it is drawn */
  constructor(
    private readonly run: Composed,
    private readonly shares: Shares,
    private readonly scene: Scene,
  ) {}

  async thumbnails(part: Part, side: number): Promise<Partial<Record<View, Picture>>> {
    const images = await this.#images(part);
    return Object.fromEntries(Object.entries(images).map(([view, image]) => [view, this.#thumbnail(image, side)]));
  }

  async view(part: Part, view: View): Promise<Preview> {
    const image = (await this.#images(part))[view];
    if (!image) throw new Error('There is no such picture of a channel.');
    return preview(this.scene, image);
  }

  async #images({ kind, index }: Part): Promise<Images> {
    const part = `${kind} ${index}`;
    if (this.#last?.part === part) return this.#last.images;
    const x = await (this.#x ??= this.run.session.draw(this.run.values));
    const { run, shares } = this;
    const images =
      kind === 'code'
        ? ofCode(await inspectCode(run, shares, x, index))
        : ofPart(await inspectChannel(run, shares, x, index));
    this.#last = { part, images };
    return images;
  }

  #thumbnail(image: Image, side: number): Picture {
    const seen = crop(tensorToPlanes(image), this.scene.covered);
    const scale = Math.min(1, side / Math.max(seen.width, seen.height));
    const [width, height] = [seen.width, seen.height].map((length) => Math.max(1, Math.round(length * scale)));
    return toPicture(means(seen, { width: width!, height: height! }));
  }
}

const ofCode = ({ own, alone, ...part }: Awaited<ReturnType<typeof inspectCode>>): Images => ({
  own,
  alone,
  ...ofPart(part),
});

const ofPart = ({ without, map }: { readonly without: Image; readonly map: Planes }): Images => ({
  without,
  where: grey(map),
});

/** A plane of changes as a picture, white where it reaches what one pixel in a hundred does. */
function grey({ width, height, data }: Planes): Image {
  const brightest = Math.max(2 * SEEN, Float32Array.from(data).sort()[Math.floor(0.99 * (data.length - 1))]!);
  const plane = data.map((value) => Math.min(1, (2 * value) / brightest - 1));
  const three = new Float32Array(3 * plane.length);
  for (let c = 0; c < 3; c++) three.set(plane, c * plane.length);
  return planesToTensor({ width, height, channels: 3, data: three });
}
