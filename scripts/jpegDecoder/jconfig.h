/* libjpeg-turbo's settings for this decoder, which its CMake build would write. */
#define JPEG_LIB_VERSION  62
#define LIBJPEG_TURBO_VERSION  3.2.0
#define LIBJPEG_TURBO_VERSION_NUMBER  3002000
#define MEM_SRCDST_SUPPORTED  1
/* Quantization factors as kernels.c reads them. */
#define MULTIPLIER  short
#ifndef BITS_IN_JSAMPLE
#define BITS_IN_JSAMPLE  8
#endif
