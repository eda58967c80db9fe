/** The codes of a composition, in whichever space they are optimised, and the styles of the slices after the cut. */
import type { Backend } from '../backends/backend.ts';
import { evaluate } from '../backends/evaluate.ts';
import type { Generator } from '../generator/generator.ts';
import { GraphBuilder, type Value } from '../graph/builder.ts';
import type { Tensor } from '../tensor.ts';
import type { Cut, Parameter, Values, ValuesInGraph } from './method.ts';

/** Of the slices after a cut, where slices read styles: one of its own for each, for all codes together. */
const STYLES = 'styles';

/** @param layer the slices that codes of W+ have rows for */
export function codesParameter(generator: Generator, { latent }: Cut, codes: number, layer?: number): Parameter {
  const { name, shape } = generator.space(latent, layer);
  return { name, shape: [codes, ...shape], rate: 'learningRate', vectors: true };
}

/** The codes among the values of parameters. */
export const codesOf = <T>(generator: Generator, { latent }: Cut, values: Readonly<Record<string, T>>): T =>
  values[generator.space(latent).name]!;

/** One parameter, or none where the slices read no styles. */
export function stylesParameter(generator: Generator, layer: number): Parameter[] {
  const shape = generator.laterStyles(layer);
  return shape ? [{ name: STYLES, shape, rate: 'learningRate', vectors: true }] : [];
}

/** The styles among values, those of the slices from `layer` on; `from` is the cut that they are of. */
export function stylesOf(b: GraphBuilder, { [STYLES]: styles }: ValuesInGraph, from: number, layer: number) {
  if (!styles || layer === from) return styles;
  return b.slice(styles, [0], [layer - from], [styles.shape[0]!]);
}

/** Codes and styles that draw what sampled codes z [n, size] do, the styles as the mean of all codes'. */
export function startOfCodes(b: GraphBuilder, generator: Generator, z: Value, cut: Cut, layer?: number): ValuesInGraph {
  const { mapping } = generator.manifest;
  const { name, shape } = generator.space(cut.latent, layer);
  if (!mapping) return { [name]: z };
  const w = generator.styles(b, z, cut);
  const [n] = z.shape as [number];
  const repeated = (value: Value, rows: readonly number[]) =>
    b.expand(b.reshape(value, [value.shape[0]!, ...rows.slice(0, -1).map(() => 1), mapping.size]), [
      value.shape[0]!,
      ...rows,
    ]);
  const later = layer === undefined ? undefined : generator.laterStyles(layer);
  return {
    [name]: cut.latent === 'z' || cut.latent === undefined ? z : repeated(w, shape),
    ...(later && { [STYLES]: b.reshape(repeated(n === 1 ? w : b.reduceMean(w, [0]), later), later) }),
  };
}

/** The same values, computed on a backend. */
export async function startValues(
  backend: Backend,
  generator: Generator,
  z: Tensor<'float32'>,
  cut: Cut,
  layer?: number,
): Promise<Values> {
  if (!generator.manifest.mapping) return { z };
  const b = new GraphBuilder('start');
  const { z: same, ...made } = startOfCodes(b, generator, b.input('z', 'float32', z.dims), cut, layer);
  const values = Object.keys(made).length > 0 ? await evaluate(backend, b.build(made), { z }) : {};
  return { ...(same && { z }), ...values };
}

/**
 * Codes and styles of one cut as those of another, drawing as nearly the same as can be: rows that codes of W+ gain are the
 * styles that those slices had, and rows that they lose become, in the mean of all codes, styles of their own.
 *
 * @returns nothing where no way leads: back to z
 */
export function carriedCodes(
  b: GraphBuilder,
  generator: Generator,
  values: ValuesInGraph,
  from: { readonly cut: Cut; readonly layer?: number },
  to: { readonly cut: Cut; readonly layer?: number },
): ValuesInGraph | undefined {
  const { mapping } = generator.manifest;
  const codes = codesOf(generator, from.cut, values);
  const wanted = generator.space(to.cut.latent, to.layer);
  const [was, is] = [from.cut.latent ?? 'z', to.cut.latent ?? 'z'];
  if (is === 'z' && was !== 'z') return undefined;
  if (!mapping) return { [wanted.name]: codes };
  const all = allStyles(b, generator, values, from.cut, from.layer);
  const count = generator.slices.length;
  const [n] = codes.shape as [number];
  const rows = (low: number, high: number) => (high - low === count ? all : b.slice(all, [1], [low], [high]));
  const own = () => (is === 'w+' ? rows(0, wanted.shape[0]!) : b.reshape(b.reduceMean(all, [1]), [n, mapping.size]));
  const later = to.layer === undefined ? undefined : generator.laterStyles(to.layer);
  return {
    [wanted.name]: is === was && is !== 'w+' ? codes : own(),
    ...(later && { [STYLES]: b.reshape(b.reduceMean(rows(count - later[0]!, count), [0]), later) }),
  };
}

/** The style that every slice reads of every code: [n, slices, w]. */
function allStyles(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut, layer?: number): Value {
  const codes = codesOf(generator, cut, values);
  const [n] = codes.shape as [number];
  const { size, styles: count } = generator.manifest.mapping!;
  const later = values[STYLES];
  const own = layer ?? count;
  const w = cut.latent === 'w' || cut.latent === 'w+' ? codes : generator.styles(b, codes, cut);
  const first = cut.latent === 'w+' ? w : b.expand(b.reshape(w, [n, 1, size]), [n, own, size]);
  return later
    ? b.concat([first, b.expand(b.reshape(later, [1, count - own, size]), [n, count - own, size])], 1)
    : first;
}

/** Styles of the slices from `layer` on that codes through the whole generator read, in the mean of all codes: [slices, w]. */
export function stylesOfCodes(b: GraphBuilder, generator: Generator, values: ValuesInGraph, cut: Cut, layer: number) {
  const shape = generator.laterStyles(layer);
  if (!shape) return undefined;
  const all = allStyles(b, generator, values, cut);
  const count = generator.slices.length;
  return b.reshape(b.reduceMean(b.slice(all, [1], [layer], [count]), [0]), shape);
}

/** `carriedCodes` computed on a backend. */
export async function carriedValues(
  backend: Backend,
  generator: Generator,
  values: Values,
  from: { readonly cut: Cut; readonly layer?: number },
  to: { readonly cut: Cut; readonly layer?: number },
): Promise<Values | undefined> {
  const { mapping } = generator.manifest;
  const same = from.layer === to.layer && (from.cut.latent ?? 'z') === (to.cut.latent ?? 'z');
  if (!mapping || same) return values;
  const b = new GraphBuilder('carry');
  const inputs = Object.entries(values).map(
    ([name, { dims }]) => [name, b.input(`at/${name}`, 'float32', dims)] as const,
  );
  const carried = carriedCodes(b, generator, Object.fromEntries(inputs), from, to);
  if (!carried) return undefined;
  const feeds = Object.fromEntries(Object.entries(values).map(([name, value]) => [`at/${name}`, value]));
  return evaluate(backend, b.build(carried), feeds);
}
