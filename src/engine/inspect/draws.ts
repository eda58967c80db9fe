/** Draws single codes and mixtures of two, again and again: each kind of graph is compiled when it is first asked for, kept, and let go of. */
import type { Backend, Executable } from '../backends/backend.ts';
import type { Generator } from '../generator/generator.ts';
import type { Sampling } from '../generator/latent.ts';
import { GraphBuilder, type Value } from '../graph/builder.ts';
import { writeModel } from '../onnx/write.ts';
import { float32, type Tensor } from '../tensor.ts';
import { mix } from './mix.ts';

/** One code, or the coarse layers of one and the fine layers of another. */
export type Draw =
  | { readonly code: Tensor<'float32'> }
  | {
      readonly coarse: Tensor<'float32'>;
      readonly fine: Tensor<'float32'>;
      /** The last one of the coarse code. */
      readonly layer: number;
    };

export class Draws {
  readonly #compiled = new Map<number, Promise<Executable>>();
  readonly #generator: Generator;

  /** @param how the space that all codes are of, and their truncation */
  constructor(
    private readonly backend: Backend,
    generator: Generator,
    private readonly how: Sampling = {},
  ) {
    this.#generator = generator.suitedTo(backend);
  }

  /** x of it: [1, 3, R, R] in [-1, 1]. One call at a time. @throws ParameterError as `mix` does */
  async draw(draw: Draw): Promise<Tensor<'float32'>> {
    const codes = 'code' in draw ? { code: draw.code } : { coarse: draw.coarse, fine: draw.fine };
    const executable = await this.#executable('code' in draw ? 0 : draw.layer);
    const uploaded = Object.fromEntries(
      Object.entries(codes).map(([name, code]) => [name, this.backend.upload(float32([1, ...this.#shape], code.data))]),
    );
    try {
      const { x } = await executable.run(uploaded);
      const drawn = (await x!.read()) as Tensor<'float32'>;
      x!.dispose();
      return drawn;
    } finally {
      for (const value of Object.values(uploaded)) value.dispose();
    }
  }

  async dispose(): Promise<void> {
    const all = [...this.#compiled.values()];
    this.#compiled.clear();
    for (const compiled of all) await (await compiled).dispose();
  }

  get #shape(): readonly number[] {
    return this.#generator.space(this.how.latent).shape;
  }

  /** @param layer 0: of one code */
  #executable(layer: number): Promise<Executable> {
    const known = this.#compiled.get(layer);
    if (known) return known;
    const compiled = this.#compile(layer);
    this.#compiled.set(layer, compiled);
    // What failed is tried again.
    compiled.catch(() => this.#compiled.delete(layer));
    return compiled;
  }

  async #compile(layer: number): Promise<Executable> {
    const b = new GraphBuilder('draw');
    const input = (name: string): Value => b.input(name, 'float32', [1, ...this.#shape]);
    const generator = this.#generator;
    const x =
      layer === 0
        ? generator.normalise(
            b,
            generator.whole(b, this.#truncated(b, input('code')), { ...this.how, latent: this.#read }),
          )
        : mix(b, generator, input('coarse'), input('fine'), layer, this.how);
    return this.backend.compile(writeModel(b.build({ x })));
  }

  /** The space of what the slices read: truncation is one of styles. */
  get #read() {
    const { latent = 'z' } = this.how;
    return latent === 'z' && this.#generator.manifest.mapping ? 'w' : latent;
  }

  #truncated(b: GraphBuilder, code: Value): Value {
    const { latent = 'z', truncation = 1 } = this.how;
    const generator = this.#generator;
    return latent === 'z' && generator.manifest.mapping
      ? generator.styles(b, code, this.how)
      : generator.truncated(b, code, truncation);
  }
}
