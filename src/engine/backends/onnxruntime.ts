/**
 * One backend for every flavour of ONNX Runtime: onnxruntime-web (WebGPU, WASM) and onnxruntime-node (CPU, WebGPU) share
 * the API of onnxruntime-common, so the module is passed in and this file stays free of hosts.
 */
import type {
  Env,
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OrtTensor,
  TensorConstructor,
} from 'onnxruntime-common';
import { DeviceError, EngineError } from '../errors.ts';
import { fromBytes, type DataType, type Tensor } from '../tensor.ts';
import type { Backend, DeviceMemory, DeviceTensor, Executable } from './backend.ts';

/** The part of an onnxruntime package this backend calls. */
export interface OrtModule {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
  readonly env: Env;
}

export interface OrtOptions {
  /** Shown to people. */
  readonly name: string;
  readonly provider: 'cpu' | 'wasm' | 'webgpu';
  /** Threads of one operator on the CPU; all cores by default. */
  readonly threads?: number;
  /** Keep outputs in GPU buffers, so that the optimiser state never leaves the device (onnxruntime-web only). */
  readonly keepOnDevice?: boolean;
  /** Whether little memory matters more than speed, as for graphs that run once: no arena, no copies in other layouts. */
  readonly frugal?: boolean;
  /** Whether the device computes in half floats. */
  readonly halfFloats?: boolean;
  /** What the device has room for, where the host knows. */
  readonly memory?: DeviceMemory;
}

export function onnxRuntimeBackend(ort: OrtModule, options: OrtOptions): Backend {
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [options.provider],
    graphOptimizationLevel: options.frugal ? 'basic' : 'all',
    // A pattern is laid out beside the memory that the first run took, which stays: twice as much from the second run on, for no time.
    ...(options.provider !== 'webgpu' && { enableMemPattern: false }),
    ...(options.frugal && { enableCpuMemArena: false }),
    logSeverityLevel: 3,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.keepOnDevice ? { preferredOutputLocation: 'gpu-buffer' } : {}),
  };
  return {
    name: options.name,
    // docs/performance.md says what it is worth where.
    fusesUpsampling: options.provider === 'wasm',
    ...(options.halfFloats && { halfFloats: true }),
    ...(options.memory && { memory: options.memory }),
    async compile(model) {
      const session = await explain(options.name, 'prepare the model', () =>
        ort.InferenceSession.create(model, sessionOptions),
      );
      return new OrtExecutable(session, options.name);
    },
    upload: ({ dtype, dims, data }) => new OrtDeviceTensor(new ort.Tensor(dtype, data as Float32Array, dims)),
  };
}

class OrtExecutable implements Executable {
  constructor(
    private readonly session: InferenceSession,
    private readonly backend: string,
  ) {}

  async run(inputs: Readonly<Record<string, DeviceTensor>>): Promise<Record<string, DeviceTensor>> {
    const feeds: Record<string, OrtTensor> = {};
    for (const name of this.session.inputNames) {
      const input = inputs[name];
      if (!(input instanceof OrtDeviceTensor)) throw new EngineError(`The step needs an input "${name}".`);
      feeds[name] = input.tensor;
    }
    const outputs = await explain(this.backend, 'run a step', () => this.session.run(feeds));
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, new OrtDeviceTensor(value)]));
  }

  dispose = (): Promise<void> => this.session.release();
}

class OrtDeviceTensor implements DeviceTensor {
  constructor(readonly tensor: OrtTensor) {}

  async read(): Promise<Tensor> {
    const data = (await this.tensor.getData()) as Float32Array;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return fromBytes(this.tensor.type as DataType, this.tensor.dims, bytes);
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

/** ONNX Runtime's messages are for its developers; keep them as the cause and say what was being tried. */
async function explain<T>(backend: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    // Not every OOM is one of memory: there are models of bedrooms.
    const memory = /out of memory|bad_alloc|allocat|\bOOM\b/i.test(detail);
    const advice = memory ? ' Use fewer latent codes or a smaller model.' : '';
    throw new DeviceError(`${backend} could not ${what}: ${detail.split('\n')[0]}${advice}`, { cause: error });
  }
}
