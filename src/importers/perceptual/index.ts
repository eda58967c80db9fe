/** The perceptual networks that are recognised. */
import { locate } from '../locate.ts';
import type { StateDict } from '../torch/stateDict.ts';
import type { PerceptualNetwork } from './network.ts';
import { squeezenet } from './squeezenet.ts';
import { vgg16 } from './vgg16.ts';

export const NETWORKS: readonly PerceptualNetwork[] = [vgg16, squeezenet];

/** The first parameter of every network of torchvision's here. */
const ANCHOR = 'features.0.weight';

export interface DetectedNetwork {
  readonly network: PerceptualNetwork;
  readonly state: StateDict;
}

export function findNetwork(dicts: ReadonlyMap<string, StateDict>): DetectedNetwork | undefined {
  for (const { state } of locate(dicts, ANCHOR)) {
    const network = NETWORKS.find(({ detect }) => detect(state));
    if (network) return { network, state };
  }
  return undefined;
}
