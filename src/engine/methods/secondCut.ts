/**
 * A second cut: the codes are composed at layer l several times over, each time with importances of its own, and what becomes of
 * these maps by layer l' is composed again, as Eq. 3 has it:
 *
 *     F_m = G12( sum_n alpha_mn * G1(z_n) ),     x = G3( sum_m beta_m * F_m ),     m = 1 ... M
 *
 * G1 is run once a code as ever, the layers between the cuts M times. Every path starts from codes of its own, every M-th one,
 * and may borrow from the others.
 */
import { compose } from '../generator/compose.ts';
import type { Generator } from '../generator/generator.ts';
import { lastCut, type Manifest } from '../generator/manifest.ts';
import { mapState, type State } from '../generator/state.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';
import { filled, float32 } from '../tensor.ts';
import { carriedValues, codesOf, codesParameter, startValues, stylesOf, stylesParameter } from './codes.ts';
import type { Cut, Method } from './method.ts';
import { below, rows } from './otherCodes.ts';

/** M; no more than there are codes. */
const PATHS = 4;
/** Layers between the cuts, where the generator has so many. */
const DEPTH = 2;

const paths = ({ codes }: Cut): number => Math.min(PATHS, codes);

const composedAt = (manifest: Pick<Manifest, 'slices'>, layer: number): number =>
  Math.min(layer + DEPTH, lastCut(manifest));
const secondLayer = ({ manifest }: Pick<Generator, 'manifest'>, { layer }: Cut): number => composedAt(manifest, layer);

export const secondCut: Method = {
  id: 'second-cut',
  title: 'Composition at two cuts',
  composedAt,
  codes: ({ codes }) => codes,
  parameters: (generator, cut) => [
    codesParameter(generator, cut, cut.codes, cut.layer),
    { name: 'alpha', shape: [paths(cut) * cut.codes, generator.channels(cut.layer)], rate: 'alphaLearningRate' },
    { name: 'beta', shape: [paths(cut), generator.channels(secondLayer(generator, cut))], rate: 'alphaLearningRate' },
    ...stylesParameter(generator, cut.layer),
  ],
  image(b, generator, values, cut) {
    return this.cached!.image(b, generator, this.cached!.what(b, generator, values, cut), values, cut);
  },
  cached: {
    what: (b, generator, values, cut) => generator.head(b, codesOf(generator, cut, values), cut.layer, cut),
    image(b, generator, maps, values, cut) {
      const second = secondLayer(generator, cut);
      const styles = stylesOf(b, values, cut.layer, second);
      return generator.tail(b, twice(b, generator, maps, values, cut, second), second, styles);
    },
  },
  features(b, generator, values, cut, layer) {
    const second = secondLayer(generator, cut);
    const maps = generator.head(b, codesOf(generator, cut, values), cut.layer, cut);
    const styles = stylesOf(b, values, cut.layer, second);
    return generator.between(b, twice(b, generator, maps, values, cut, second), second, layer, styles);
  },
  styles: (b, _generator, values, cut, layer) => stylesOf(b, values, cut.layer, layer),
  async start(backend, generator, z, cut) {
    const [count, channels] = [paths(cut), generator.channels(cut.layer)];
    const alpha = new Float32Array(count * cut.codes * channels);
    for (let path = 0; path < count; path++) {
      const own = Math.ceil((cut.codes - path) / count);
      for (let code = path; code < cut.codes; code += count) {
        const at = (path * cut.codes + code) * channels;
        alpha.fill(1 / own, at, at + channels);
      }
    }
    return {
      ...(await startValues(backend, generator, z, cut, cut.layer)),
      alpha: float32([count * cut.codes, channels], alpha),
      beta: filled([count, generator.channels(secondLayer(generator, cut))], 1 / count),
    };
  },
  /** The codes stay, the first of them where they are to be fewer; all importances begin anew. */
  async carry(backend, generator, { values, from, to, draw }) {
    const { name } = generator.space(from.latent);
    const { [name]: codes, styles } = values;
    const kept = rows(
      codes!,
      Array.from({ length: Math.min(from.codes, to.codes) }, (_, i) => i),
    );
    const more = Math.max(0, to.codes - from.codes);
    const further =
      more > 0 &&
      rows(
        await draw(to.codes),
        Array.from({ length: more }, (_, i) => from.codes + i),
      );
    const begun = further && (await startValues(backend, generator, further, from, from.layer))[name]!;
    const at = { [name]: begun ? below(kept, begun) : kept, ...(styles && { styles }) };
    const carried = await carriedValues(
      backend,
      generator,
      at,
      { cut: from, layer: from.layer },
      { cut: to, layer: to.layer },
    );
    const fresh = await this.start(backend, generator, await draw(to.codes), to);
    return { ...fresh, ...carried };
  },
};

/** The state of the second cut: [1, C, H, W]. */
function twice(
  b: GraphBuilder,
  generator: Generator,
  maps: State,
  { alpha, beta, styles }: Readonly<Record<string, Value>>,
  cut: Cut,
  second: number,
): State {
  const { codes } = cut;
  const composed = Array.from({ length: paths(cut) }, (_, path) =>
    compose(b, maps, b.slice(alpha!, [0], [path * codes], [(path + 1) * codes])),
  );
  const every = mapState(maps, (_, name) =>
    b.concat(
      composed.map((state) => state[name]!),
      0,
    ),
  );
  return compose(b, generator.between(b, every, cut.layer, second, styles), beta!);
}
