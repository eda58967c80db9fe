/** A feed-forward network's layout: how one project names and computes it. One file a layout; `index.ts` lists them. */
import type { FeedForwardManifest } from '../../engine/feedForward/manifest.ts';
import type { Graph } from '../../engine/graph/graph.ts';
import type { StateDict } from '../torch/stateDict.ts';

/** What a manifest says of the network itself. */
export interface FeedForwardPlan extends Pick<
  FeedForwardManifest,
  'network' | 'tasks' | 'colours' | 'scale' | 'multiple' | 'reach' | 'side'
> {
  readonly graph: Graph;
}

export interface FeedForwardLayout {
  /** For people: "RCAN". */
  readonly title: string;
  /** Names of parameters that mark it, for the message that says what is supported. */
  readonly marks: string;
  /** A parameter that every checkpoint of this layout has. */
  readonly anchor: string;
  /** Whether parameters that include the anchor are of this layout. */
  detect(state: StateDict): boolean;
  /** @throws ModelFormatError when the parameters do not make a network of this layout */
  plan(state: StateDict, what: string): Promise<FeedForwardPlan>;
}

/** How many there are of what is numbered from 0. @param mark a parameter of the one of this number */
export function countOf(state: StateDict, mark: (i: number) => string): number {
  let count = 0;
  while (state.has(mark(count))) count++;
  return count;
}
