/** Computes at the first call only, so that rules share intermediate nodes and unused ones are never made. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
