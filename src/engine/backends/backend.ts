/**
 * Where graphs run. The engine knows one interface; which runtime and device stand behind it is decided by the host
 * (webview worker, extension host thread, command line).
 */
import type { Tensor } from '../tensor.ts';

/** A tensor that may live on a device. Whoever receives one disposes it. */
export interface DeviceTensor {
  /** Copies the data to the CPU, waiting for whatever still computes it. */
  read(): Promise<Tensor>;
  dispose(): void;
}

/** A compiled graph. */
export interface Executable {
  /** Runs the graph once. Inputs stay the caller's; outputs, one for each graph output, become the caller's. */
  run(inputs: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>>;
  dispose(): Promise<void>;
}

/** What a device has room for, in bytes. */
export interface DeviceMemory {
  readonly bytes: number;
  /** The largest tensor that a graph can read or write; absent: as large as fits. */
  readonly largestTensor?: number;
}

export interface Backend {
  /** For people: runtime and device, such as "onnxruntime-web WebGPU (NVIDIA)". */
  readonly name: string;
  /** Absent: nothing is known of it. */
  readonly memory?: DeviceMemory;
  /** Whether an upsampling fused into its convolution (graph/fuseUpsampling.ts) is measured to be faster here. */
  readonly fusesUpsampling?: boolean;
  /** Whether it computes in half floats; absent: it does not, or would only convert them. */
  readonly halfFloats?: boolean;
  /** @throws EngineError when the runtime refuses the model or has too little memory for it */
  compile(model: Uint8Array): Promise<Executable>;
  /** Makes a CPU tensor usable as an input. */
  upload(source: Tensor): DeviceTensor;
}
