/** Mixing two draws: the coarse layers of one, the fine layers of another. */
import { ParameterError } from '../errors.ts';
import type { Generator } from '../generator/generator.ts';
import type { LatentId, Sampling } from '../generator/latent.ts';
import { mapState } from '../generator/state.ts';
import type { GraphBuilder, Value } from '../graph/builder.ts';

/** Of a channel's variance, so that a channel that is the same everywhere divides by no zero. */
const EPSILON = 1e-8;

/**
 * Of a StyleGAN the slices up to `layer` read the styles of one code and all others those of another: its own style mixing. A generator
 * without styles has nothing that goes into later slices alone; of it the feature maps of `layer` stay where the coarse code puts them, and
 * every channel gets the mean and the deviation that it has with the fine one, which is what a style sets at a layer.
 * @param coarse one code [1, ...space]
 * @param fine the same
 * @param layer the last one of the coarse code, a composing layer
 * @param latent the space of both codes, z or W
 * @returns image [1, 3, R, R] in [-1, 1]; of the same code twice what that draws, but for rounding
 * @throws ParameterError for a layer that is none, or codes of W+
 */
export function mix(
  b: GraphBuilder,
  generator: Generator,
  coarse: Value,
  fine: Value,
  layer: number,
  { latent = 'z', ...how }: Sampling = {},
): Value {
  if (latent === 'w+')
    throw new ParameterError('Codes of W+ say the style of every layer already: mix codes of z or W.');
  const shapes = generator.stateShapes(layer);
  if (generator.manifest.mapping) {
    const styles = mixedStyles(b, generator, [coarse, fine], layer, { latent, ...how });
    return generator.normalise(b, generator.whole(b, styles, { latent: 'w+' }));
  }
  const [kept, other] = [generator.head(b, coarse, layer), generator.head(b, fine, layer)];
  const state = mapState(kept, (value, name) =>
    shapes[name]!.length === 4 ? withStatisticsOf(b, value, other[name]!) : value,
  );
  return generator.tail(b, state, layer);
}

/** Styles of W+, [1, slices, w]: the first `layer` rows of one code, the others of the other. */
function mixedStyles(
  b: GraphBuilder,
  generator: Generator,
  codes: readonly [Value, Value],
  layer: number,
  how: Sampling & { readonly latent: LatentId },
): Value {
  const count = generator.slices.length;
  const [w, v] = codes.map((code) =>
    how.latent === 'z' ? generator.styles(b, code, how) : generator.truncated(b, code, how.truncation ?? 1),
  ) as [Value, Value];
  const row = (styles: Value): Value => b.reshape(styles, [1, 1, styles.shape.at(-1)!]);
  return b.concat(
    Array.from({ length: count }, (_, k) => row(k < layer ? w : v)),
    1,
  );
}

/** The feature maps of one [1, C, H, W], with each channel's mean and standard deviation as it is in the other. */
function withStatisticsOf(b: GraphBuilder, one: Value, other: Value): Value {
  const [mine, theirs] = [statistics(b, one), statistics(b, other)];
  return b.add(b.mul(b.div(b.sub(one, mine.mean), mine.deviation), theirs.deviation), theirs.mean);
}

function statistics(b: GraphBuilder, x: Value): { readonly mean: Value; readonly deviation: Value } {
  const mean = b.reduceMean(x, [2, 3]);
  const away = b.sub(x, mean);
  const variance = b.reduceMean(b.mul(away, away), [2, 3]);
  return { mean, deviation: b.sqrt(b.add(variance, b.scalar(EPSILON))) };
}
