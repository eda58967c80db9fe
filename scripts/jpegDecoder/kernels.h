/* Puts WebAssembly's 128-bit vectors in the place of the library's loops; called after jpeg_start_decompress. */
void use_kernels(j_decompress_ptr picture);
