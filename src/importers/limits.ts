/**
 * Bounds on what a file may ask of a reader. They are far above what any published checkpoint needs and far below what
 * would hurt the machine.
 */

/** Bytes of a pickle program, without the weights: they lie outside it, or are stepped over. */
export const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** Instructions of a pickle program, which also bounds its stack and its memo. */
export const MAX_PICKLE_STEPS = 500_000;
/** Nesting of dictionaries that are searched for tensors. */
export const MAX_DEPTH = 32;
/** Dictionary entries visited in that search; a shared dictionary counts each time it is reached. */
export const MAX_ENTRIES = 200_000;
export const MAX_RANK = 8;
/** Elements of one tensor. */
export const MAX_ELEMENTS = 2 ** 30;
/** A tensor may repeat elements of its storage (stride 0), but not beyond this many. */
export const MAX_EXPANDED_ELEMENTS = 2 ** 22;
/** Files in an archive. */
export const MAX_ARCHIVE_FILES = 65_536;
/** How many times larger than the whole archive its unpacked contents may be, unless they are small anyway. */
export const MAX_INFLATION = 64;
export const SMALL_ENTRY_BYTES = 2 ** 20;
/** Elements of all weights of a feed-forward network; the largest published one has half of that. */
export const MAX_NETWORK_ELEMENTS = 2 ** 26;
/** Files that one checkpoint is spread over. */
export const MAX_SHARDS = 1024;
/** Bytes of a JSON header. */
export const MAX_HEADER_BYTES = 32 * 2 ** 20;
/** Bytes of an ONNX file without the weights beside it: what protobuf allows. */
export const MAX_MODEL_BYTES = 2 ** 31;
/** Nodes of a whole generator in one ONNX file. */
export const MAX_GENERATOR_NODES = 4096;
/** Integers in a node's attributes: kernels, strides, pads, axes, counts. */
export const MAX_ATTRIBUTE = 2 ** 20;
