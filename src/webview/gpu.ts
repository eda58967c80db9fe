/** Which WebGPU adapter there is, if any; in the page and in its worker the same one. */

/** The part of WebGPU this needs; TypeScript's DOM library does not describe it yet. */
interface Gpu {
  requestAdapter(options?: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}
interface Adapter {
  readonly features?: ReadonlySet<string>;
  readonly limits?: { readonly maxBufferSize: number; readonly maxStorageBufferBindingSize: number };
  readonly info?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
}

export interface FoundAdapter {
  /** For people ("nvidia ampere"); may be empty. */
  readonly name: string;
  /** Whether its shaders compute in half floats. */
  readonly halfFloats: boolean;
  /** Bytes of the largest buffer that a shader can bind whole. */
  readonly largestTensor?: number;
}

/** Undefined without an adapter. */
export async function findAdapter(gpu: unknown = Reflect.get(navigator, 'gpu')): Promise<FoundAdapter | undefined> {
  try {
    const adapter = await (gpu as Gpu | undefined)?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return undefined;
    const { features, limits } = adapter;
    return {
      name: nameOf(adapter),
      halfFloats: features?.has('shader-f16') ?? false,
      ...(limits && { largestTensor: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize) }),
    };
  } catch {
    // A blocked or broken driver makes this reject: the same as no adapter.
    return undefined;
  }
}

function nameOf({ info }: Adapter): string {
  if (!info) return '';
  return info.description || [info.vendor, info.architecture || info.device].filter((part) => part !== '').join(' ');
}
