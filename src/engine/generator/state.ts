/** The values at a cut, by name: the feature maps, and whatever else slices hand on. All have the same batch. */
import type { Value } from '../graph/builder.ts';

export type State = Readonly<Record<string, Value>>;

/** Channels of all values together: the length of one code's importances. */
export const channelsOf = (shapes: Readonly<Record<string, readonly number[]>>): number =>
  Object.values(shapes).reduce((sum, [channels]) => sum + channels!, 0);

/** The same of every value. */
export const mapState = (state: State, change: (value: Value, name: string) => Value): State =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, change(value, name)]));
