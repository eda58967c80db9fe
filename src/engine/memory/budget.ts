/** Whether a graph fits into a device. */
import type { DeviceMemory } from '../backends/backend.ts';
import type { Footprint } from './footprint.ts';

export const GIGABYTE = 2 ** 30;
/** Of a GPU that does not say how much it has, as none does through WebGPU. */
export const ASSUMED_OF_GPU = 4 * GIGABYTE;
/** What WebAssembly can address. */
export const WEBASSEMBLY = 4 * GIGABYTE;

/**
 * What a run takes beyond what is counted: the weights' way into a session, kernels in the runtime's own layout, an allocator
 * that rounds up and leaves gaps. Chosen so that seven measured peaks of onnxruntime-node lie from 29 % below to 1 % above
 * the estimate (docs/performance.md); WASM takes less.
 */
const SLACK = { constants: 4.3, intermediates: 3, fixed: 40e6 };

/** Bytes that a graph of this footprint takes on a device while it runs. */
export const bytesNeeded = ({ constants, boundary, intermediates }: Footprint): number =>
  SLACK.fixed + SLACK.constants * constants + boundary + SLACK.intermediates * intermediates;

/**
 * What a run may take: what a person allows, else what the device has; nothing is known of some devices.
 * @param allowed in GB
 */
export function memoryFor(allowed: number | undefined, device: DeviceMemory | undefined): DeviceMemory {
  const bytes = allowed === undefined ? (device?.bytes ?? Infinity) : allowed * GIGABYTE;
  return { ...device, bytes };
}

export const fits = (needed: Footprint, { bytes, largestTensor = Infinity }: DeviceMemory): boolean =>
  bytesNeeded(needed) <= bytes && needed.largest <= largestTensor;
