/**
 * Draws what parameters of a finished run compose, again and again with other values: compiled once, kept, and let go of. What only
 * depends on the codes is drawn again only when they change, so that other importances cost the layers after the cut alone.
 */
import type { Backend, DeviceTensor, Executable } from '../backends/backend.ts';
import type { Generator } from '../generator/generator.ts';
import type { State } from '../generator/state.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { drawingOf } from '../inversion/drawing.ts';
import type { Job } from '../inversion/job.ts';
import type { Values } from '../methods/method.ts';
import { writeModel } from '../onnx/write.ts';
import type { Tensor } from '../tensor.ts';

export class DrawingSession {
  /** What the codes' part was drawn from, and what came of it. */
  #drawn: { readonly from: Values; readonly maps: Readonly<Record<string, DeviceTensor>> } | undefined;

  private constructor(
    private readonly backend: Backend,
    private readonly head: { readonly executable: Executable; readonly reads: readonly string[] } | undefined,
    private readonly tail: { readonly executable: Executable; readonly reads: readonly string[] },
  ) {}

  /** @throws EngineError when the backend cannot prepare it */
  static async open(backend: Backend, generator: Generator, job: Job): Promise<DrawingSession> {
    const graphs = graphsOf(generator.suitedTo(backend), job);
    const compiled = async (graph: Graph) => ({
      executable: await backend.compile(writeModel(graph)),
      reads: graph.inputs.map(({ name }) => name),
    });
    const head = graphs.head && (await compiled(graphs.head));
    return new DrawingSession(backend, head, await compiled(graphs.tail));
  }

  /** x of the parameters: [1, 3, R, R] in [-1, 1]. One call at a time. */
  async draw(values: Values): Promise<Tensor<'float32'>> {
    const maps = await this.#maps(values);
    const uploaded = this.#upload(values, this.tail.reads);
    try {
      const { x } = await this.tail.executable.run({ ...maps, ...uploaded });
      const drawn = await x!.read();
      x!.dispose();
      return drawn as Tensor<'float32'>;
    } finally {
      for (const value of Object.values(uploaded)) value.dispose();
    }
  }

  async dispose(): Promise<void> {
    this.#forget();
    await this.head?.executable.dispose();
    await this.tail.executable.dispose();
  }

  async #maps(values: Values): Promise<Readonly<Record<string, DeviceTensor>>> {
    if (!this.head) return {};
    const { executable, reads } = this.head;
    if (this.#drawn && reads.every((name) => this.#drawn!.from[name] === values[name])) return this.#drawn.maps;
    this.#forget();
    const uploaded = this.#upload(values, reads);
    try {
      this.#drawn = { from: values, maps: await executable.run(uploaded) };
      return this.#drawn.maps;
    } finally {
      for (const value of Object.values(uploaded)) value.dispose();
    }
  }

  #upload(values: Values, names: readonly string[]): Record<string, DeviceTensor> {
    const given = names.filter((name) => values[name]);
    return Object.fromEntries(given.map((name) => [name, this.backend.upload(values[name]!)]));
  }

  #forget(): void {
    for (const value of Object.values(this.#drawn?.maps ?? {})) value.dispose();
    this.#drawn = undefined;
  }
}

/** In the tail, what the head gives has this before its name. */
const map = (name: string): string => `map.${name}`;

function graphsOf(generator: Generator, job: Job): { readonly head?: Graph; readonly tail: Graph } {
  const { parameters, held, image, cached } = drawingOf(generator, job);
  const inputs = (b: GraphBuilder) =>
    Object.fromEntries([...parameters, ...held].map(({ name, shape }) => [name, b.input(name, 'float32', shape)]));
  const tail = new GraphBuilder('draw');
  if (!cached) return { tail: tail.build({ x: image(tail, inputs(tail)) }) };
  const head = new GraphBuilder('maps');
  const state = cached.what(head, inputs(head));
  const maps: State = Object.fromEntries(
    Object.entries(state).map(([name, { shape }]) => [name, tail.input(map(name), 'float32', shape)]),
  );
  return {
    head: head.build(Object.fromEntries(Object.entries(state).map(([name, value]) => [map(name), value]))),
    tail: tail.build({ x: cached.image(tail, maps, inputs(tail)) }),
  };
}
