/** The codecs that ship as WebAssembly beside the bundles: their files in the repository. */
export const CODECS = [
  'node_modules/@jsquash/webp/codec/dec/webp_dec.wasm',
  'node_modules/@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  'src/node/codecs/jpegDecoder.wasm',
];
