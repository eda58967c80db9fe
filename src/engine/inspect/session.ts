/**
 * Draws what parameters of a finished run compose, again and again with other values: compiled once, kept, and let go of. What only
 * depends on a code is drawn again only when that code changes, so that other importances cost the layers after the cut alone. Codes
 * are drawn one after the other: measured as fast as all at once on a processor, in the memory that one takes, and a picture
 * that is wanted soon can come before the last of them.
 */
import type { Backend, DeviceTensor, Executable } from '../backends/backend.ts';
import type { Generator } from '../generator/generator.ts';
import type { State } from '../generator/state.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { drawingOf } from '../inversion/drawing.ts';
import type { Job } from '../inversion/job.ts';
import type { Values } from '../methods/method.ts';
import { rows } from '../methods/otherCodes.ts';
import { writeModel } from '../onnx/write.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';

type Image = Tensor<'float32'>;

interface Compiled {
  readonly executable: Executable;
  /** The parameters that it reads. */
  readonly reads: readonly string[];
}

/** What draws the feature map of a code, and what goes with it. */
interface Head extends Compiled {
  /** Of all codes, by the tail's names: [N, ...]. */
  readonly maps: Readonly<Record<string, Image>>;
  /** Which of the parameters has a row for each code. */
  readonly codes: string;
}

export interface Drawn {
  /** [1, 3, R, R] in [-1, 1]. */
  readonly x: Image;
  /** Whether every code is in it as the values have it; those that are not are as they were drawn last. */
  readonly whole: boolean;
}

export interface Haste {
  /** In so many milliseconds there shall be a picture, as far as that can be told from the one before. */
  readonly within: number;
  /** All codes, those that are to be drawn first at the beginning. */
  readonly order: readonly number[];
}

export class DrawingSession {
  /** What the map of each code was drawn from. */
  #drawn: (Values | undefined)[];
  /** How long the last picture took when all maps were there. */
  #tailMs = 0;

  private constructor(
    private readonly backend: Backend,
    private readonly head: Head | undefined,
    private readonly tail: Compiled,
    count: number,
  ) {
    this.#drawn = new Array<Values | undefined>(count).fill(undefined);
  }

  /** @throws EngineError when the backend cannot prepare it */
  static async open(backend: Backend, generator: Generator, job: Job): Promise<DrawingSession> {
    const { head, tail } = graphsOf(generator.suitedTo(backend), job);
    const compiled = async (graph: Graph): Promise<Compiled> => ({
      executable: await backend.compile(writeModel(graph)),
      reads: graph.inputs.map(({ name }) => name),
    });
    const codes = generator.space(job.latent).name;
    const drawsCodes = head && { ...(await compiled(head.graph)), maps: mapsFor(head.shapes), codes };
    return new DrawingSession(backend, drawsCodes, await compiled(tail), job.codes);
  }

  /** x of the parameters. One call at a time. */
  async draw(values: Values): Promise<Image> {
    return (await this.drawSoon(values)).x;
  }

  /** The same without waiting for every code; asked again, it goes on with those that are left. */
  async drawSoon(values: Values, haste?: Haste): Promise<Drawn> {
    const whole = await this.#drawCodes(values, haste);
    const began = performance.now();
    const { x } = await this.#run(this.tail, { ...values, ...this.head?.maps });
    this.#tailMs = performance.now() - began;
    return { x: x!, whole };
  }

  async dispose(): Promise<void> {
    await this.head?.executable.dispose();
    await this.tail.executable.dispose();
  }

  /** @returns whether none is left */
  async #drawCodes(values: Values, haste: Haste | undefined): Promise<boolean> {
    const { head } = this;
    if (!head) return true;
    const began = performance.now();
    const stale = (haste?.order ?? this.#drawn.map((_, n) => n)).filter((n) => !this.#isDrawn(head, n, values));
    // Nothing can be left out of a first picture.
    const free = this.#drawn.includes(undefined) ? Infinity : (haste?.within ?? Infinity) - this.#tailMs;
    for (const [i, n] of stale.entries()) {
      const spent = performance.now() - began;
      if (i > 0 && spent + spent / i > free) return false;
      const codes = rows(values[head.codes]!, [n]);
      this.#drawn[n] = undefined;
      for (const [name, { data, dims }] of Object.entries(await this.#run(head, { ...values, [head.codes]: codes }))) {
        head.maps[name]!.data.set(data, n * sizeOf(dims));
      }
      this.#drawn[n] = { ...values, [head.codes]: codes };
    }
    return true;
  }

  #isDrawn({ reads, codes }: Head, n: number, values: Values): boolean {
    const from = this.#drawn[n];
    if (!from || reads.some((name) => name !== codes && from[name] !== values[name])) return false;
    const { data } = from[codes]!;
    return data.every((value, i) => value === values[codes]!.data[n * data.length + i]);
  }

  async #run({ executable, reads }: Compiled, values: Values): Promise<Record<string, Image>> {
    const uploaded: Record<string, DeviceTensor> = {};
    for (const name of reads) if (values[name]) uploaded[name] = this.backend.upload(values[name]);
    try {
      const made = Object.entries(await executable.run(uploaded));
      const read = await Promise.all(made.map(async ([name, value]) => [name, (await value.read()) as Image] as const));
      for (const [, value] of made) value.dispose();
      return Object.fromEntries(read);
    } finally {
      for (const value of Object.values(uploaded)) value.dispose();
    }
  }
}

/** In the tail, what the head gives has this before its name. */
const map = (name: string): string => `map.${name}`;

type Shapes = Readonly<Record<string, readonly number[]>>;

const mapsFor = (shapes: Shapes): Record<string, Image> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, float32(shape, new Float32Array(sizeOf(shape)))]),
  );

/** @returns the head of one code, with the shapes of all codes' maps */
function graphsOf(
  generator: Generator,
  job: Job,
): { readonly head?: { readonly graph: Graph; readonly shapes: Shapes }; readonly tail: Graph } {
  const inputs = (b: GraphBuilder, { parameters, held }: ReturnType<typeof drawingOf>) =>
    Object.fromEntries([...parameters, ...held].map(({ name, shape }) => [name, b.input(name, 'float32', shape)]));
  const whole = drawingOf(generator, job);
  const tail = new GraphBuilder('draw');
  if (!whole.cached) return { tail: tail.build({ x: whole.image(tail, inputs(tail, whole)) }) };
  const one = drawingOf(generator, { ...job, codes: 1 });
  const head = new GraphBuilder('maps');
  const state = one.cached!.what(head, inputs(head, one));
  const named = Object.entries(state).map(
    ([name, value]) => [name, value, [job.codes, ...value.shape.slice(1)]] as const,
  );
  const maps: State = Object.fromEntries(
    named.map(([name, , shape]) => [name, tail.input(map(name), 'float32', shape)]),
  );
  return {
    head: {
      graph: head.build(Object.fromEntries(named.map(([name, value]) => [map(name), value]))),
      shapes: Object.fromEntries(named.map(([name, , shape]) => [map(name), shape])),
    },
    tail: tail.build({ x: whole.cached.image(tail, maps, inputs(tail, whole)) }),
  };
}
