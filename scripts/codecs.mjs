/** The codecs that ship as WebAssembly beside the bundles: their files in node_modules. */
export const CODECS = [
  '@jsquash/webp/codec/dec/webp_dec.wasm',
  '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  '@cwasm/jpeg-turbo/jpeg-turbo.wasm',
];
