/* libjpeg-turbo's inner settings for this decoder. */
#define BUILD  ""
#define HIDDEN  __attribute__((visibility("hidden")))
#define INLINE  __inline__ __attribute__((always_inline))
#define THREAD_LOCAL
#define PACKAGE_NAME  "libjpeg-turbo"
#define VERSION  "3.2.0"
#define SIZEOF_SIZE_T  4
#define FALLTHROUGH  __attribute__((fallthrough));
/* With __ILP32__ the library's name for 32-bit pointers and 64-bit registers: it reads Huffman codes from 64 bits at a time. */
#define __x86_64__
#ifndef BITS_IN_JSAMPLE
#define BITS_IN_JSAMPLE  8
#endif
