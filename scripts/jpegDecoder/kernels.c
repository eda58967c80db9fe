/*
 * The inner loops of libjpeg-turbo on WebAssembly's 128-bit vectors: the accurate inverse DCT, the smooth ("fancy")
 * enlargement of chroma that has half the width, and YCbCr to RGBA. Each gives exactly what the library's own loop does.
 */
#define JPEG_INTERNALS
#include <stdio.h>
#include <wasm_simd128.h>
#include <jinclude.h>
#include <jpeglib.h>
#include <jsamplecomp.h>
#include <jdsample.h>
#include "kernels.h"

#define INLINE_ALWAYS static inline __attribute__((always_inline))

/* The first and the second halves of two vectors of 16-bit numbers, taken in turns. */
#define LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
/* The same of bytes. */
#define LOW_BYTES(a, b) wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_BYTES(a, b) wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
/* Factors of two numbers in turns, for a dot product. */
#define PAIR(a, b) wasm_i16x8_make(a, b, a, b, a, b, a, b)

/* Where a row does not end with a vector, the last one begins earlier, over what is done already. */
#define EACH(x, step, n) int x = 0; x < (n); x = x + 2 * (step) > (n) && x + (step) < (n) ? (n) - (step) : x + (step)

/* ---- Inverse DCT: Loeffler, Ligtenberg and Moschytz, ICASSP 1989, in the 13-bit fixed point of jidctint.c ---- */

#define FIX(x) ((short)((x) * 8192 + 0.5))
enum { PASS_1 = 11, PASS_2 = 18 }; /* what each pass divides by, as a power of two */

/* Eight 32-bit numbers. */
typedef struct {
  v128_t low, high;
} wide;

INLINE_ALWAYS wide turn(v128_t a, v128_t b, v128_t factors) {
  return (wide){wasm_i32x4_dot_i16x8(LOW(a, b), factors), wasm_i32x4_dot_i16x8(HIGH(a, b), factors)};
}
INLINE_ALWAYS wide add(wide a, wide b) {
  return (wide){wasm_i32x4_add(a.low, b.low), wasm_i32x4_add(a.high, b.high)};
}
INLINE_ALWAYS wide sub(wide a, wide b) {
  return (wide){wasm_i32x4_sub(a.low, b.low), wasm_i32x4_sub(a.high, b.high)};
}
INLINE_ALWAYS v128_t shifted(wide a, int by) {
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(a.low, by), wasm_i32x4_shr(a.high, by));
}

/* One dimension: of the eight columns of v, each element of a vector by itself. */
INLINE_ALWAYS void pass(v128_t v[8], int shift) {
  const wide round = {wasm_i32x4_splat(1 << (shift - 1)), wasm_i32x4_splat(1 << (shift - 1))};
  const wide sum04 = add(turn(v[0], v[4], PAIR(8192, 8192)), round);
  const wide dif04 = add(turn(v[0], v[4], PAIR(8192, -8192)), round);
  const wide rot2 = turn(v[2], v[6], PAIR(FIX(0.541196100), FIX(0.541196100) - FIX(1.847759065)));
  const wide rot6 = turn(v[2], v[6], PAIR(FIX(0.541196100) + FIX(0.765366865), FIX(0.541196100)));
  const wide even[4] = {add(sum04, rot6), add(dif04, rot2), sub(dif04, rot2), sub(sum04, rot6)};

  const v128_t z3 = wasm_i16x8_add(v[7], v[3]), z4 = wasm_i16x8_add(v[5], v[1]);
  const wide w3 = turn(z3, z4, PAIR(FIX(1.175875602) - FIX(1.961570560), FIX(1.175875602)));
  const wide w4 = turn(z3, z4, PAIR(FIX(1.175875602), FIX(1.175875602) - FIX(0.390180644)));
  const wide odd[4] = {
    add(turn(v[7], v[1], PAIR(-FIX(0.899976223), FIX(1.501321110) - FIX(0.899976223))), w4),
    add(turn(v[5], v[3], PAIR(-FIX(2.562915447), FIX(3.072711026) - FIX(2.562915447))), w3),
    add(turn(v[5], v[3], PAIR(FIX(2.053119869) - FIX(2.562915447), -FIX(2.562915447))), w4),
    add(turn(v[7], v[1], PAIR(FIX(0.298631336) - FIX(0.899976223), -FIX(0.899976223))), w3),
  };
  for (int i = 0; i < 4; i++) {
    v[i] = shifted(add(even[i], odd[i]), shift);
    v[7 - i] = shifted(sub(even[i], odd[i]), shift);
  }
}

INLINE_ALWAYS void transpose(v128_t v[8]) {
  for (int round = 0; round < 3; round++) {
    v128_t w[8];
    for (int i = 0; i < 4; i++) {
      w[2 * i] = LOW(v[i], v[i + 4]);
      w[2 * i + 1] = HIGH(v[i], v[i + 4]);
    }
    for (int i = 0; i < 8; i++) v[i] = w[i];
  }
}

static void idct(j_decompress_ptr picture, jpeg_component_info *component, JCOEFPTR block, JSAMPARRAY out,
                 JDIMENSION column) {
  const short *factors = component->dct_table; /* short because jconfig.h makes MULTIPLIER one */
  v128_t v[8];
  for (int i = 0; i < 8; i++) v[i] = wasm_v128_load(block + 8 * i);
  v128_t rest = wasm_v128_and(v[0], wasm_i16x8_make(0, -1, -1, -1, -1, -1, -1, -1));
  for (int i = 1; i < 8; i++) rest = wasm_v128_or(rest, v[i]);
  if (!wasm_v128_any_true(rest)) {
    const int level = ((block[0] * factors[0] + 4) >> 3) + 128;
    const v128_t flat = wasm_u8x16_splat(level < 0 ? 0 : level > 255 ? 255 : level);
    for (int i = 0; i < 8; i++) wasm_v128_store64_lane(out[i] + column, flat, 0);
    return;
  }
  for (int i = 0; i < 8; i++) v[i] = wasm_i16x8_mul(v[i], wasm_v128_load(factors + 8 * i));
  pass(v, PASS_1);
  transpose(v);
  pass(v, PASS_2);
  transpose(v);
  for (int i = 0; i < 8; i += 2) {
    /* 128 more, within 0 to 255. */
    const v128_t two = wasm_v128_xor(wasm_i8x16_narrow_i16x8(v[i], v[i + 1]), wasm_i8x16_splat(-128));
    wasm_v128_store64_lane(out[i] + column, two, 0);
    wasm_v128_store64_lane(out[i + 1] + column, two, 1);
  }
}

/* ---- Chroma of half the width: 3/4 of the nearer sample and 1/4 of the further one, in each direction ---- */

/* A row before its width is doubled, with a sample more at either end. */
static short row_buffer[JPEG_MAX_DIMENSION / 2 + 3];
static short *const row = row_buffer + 1;

static void widen(int n, JSAMPROW out, int round_left, int round_right, int shift) {
  row[-1] = row[0];
  row[n] = row[n - 1];
  for (EACH(x, 8, n)) {
    const v128_t here = wasm_v128_load(row + x);
    const v128_t three = wasm_i16x8_add(here, wasm_i16x8_shl(here, 1));
    const v128_t left = wasm_i16x8_add(wasm_v128_load(row + x - 1), wasm_i16x8_splat(round_left));
    const v128_t right = wasm_i16x8_add(wasm_v128_load(row + x + 1), wasm_i16x8_splat(round_right));
    const v128_t first = wasm_u16x8_shr(wasm_i16x8_add(three, left), shift);
    const v128_t second = wasm_u16x8_shr(wasm_i16x8_add(three, right), shift);
    wasm_v128_store(out + 2 * x, wasm_v128_or(first, wasm_i16x8_shl(second, 8)));
  }
}

static void upsample_h2v1(j_decompress_ptr picture, jpeg_component_info *component, JSAMPARRAY in, JSAMPARRAY *out) {
  const int n = component->downsampled_width;
  for (int y = 0; y < picture->max_v_samp_factor; y++) {
    for (EACH(x, 8, n)) wasm_v128_store(row + x, wasm_u16x8_load8x8(in[y] + x));
    widen(n, (*out)[y], 1, 2, 2);
  }
}

static void upsample_h2v2(j_decompress_ptr picture, jpeg_component_info *component, JSAMPARRAY in, JSAMPARRAY *out) {
  const int n = component->downsampled_width;
  for (int y = 0; y < picture->max_v_samp_factor; y++) {
    const JSAMPROW near = in[y / 2], far = in[y % 2 ? y / 2 + 1 : y / 2 - 1];
    for (EACH(x, 8, n)) {
      const v128_t here = wasm_u16x8_load8x8(near + x);
      const v128_t three = wasm_i16x8_add(here, wasm_i16x8_shl(here, 1));
      wasm_v128_store(row + x, wasm_i16x8_add(three, wasm_u16x8_load8x8(far + x)));
    }
    widen(n, (*out)[y], 8, 7, 4);
  }
}

/* ---- YCbCr to RGBA, of 16 pixels at a time, with the factors of jdcolor.c in 16 bits ---- */

INLINE_ALWAYS v128_t green_part(v128_t pairs) {
  /* -0.34414 Cb - 0.71414 Cr, of which the whole Cr is taken away by the caller. */
  const v128_t product = wasm_i32x4_dot_i16x8(pairs, PAIR(-22554, 65536 - 46802));
  return wasm_i32x4_shr(wasm_i32x4_add(product, wasm_i32x4_splat(32768)), 16);
}

static void ycc_to_rgba(j_decompress_ptr picture, JSAMPIMAGE in, JDIMENSION from, JSAMPARRAY out, int rows) {
  const v128_t middle = wasm_i16x8_splat(128), opaque = wasm_i8x16_splat(-1);
  for (int y = 0; y < rows; y++) {
    const JSAMPROW lumas = in[0][from + y], blues = in[1][from + y], reds = in[2][from + y];
    for (EACH(x, 16, (int)picture->output_width)) {
      v128_t r[2], g[2], b[2];
      for (int half = 0; half < 2; half++) {
        const int at = x + 8 * half;
        const v128_t luma = wasm_u16x8_load8x8(lumas + at);
        const v128_t cb = wasm_i16x8_sub(wasm_u16x8_load8x8(blues + at), middle);
        const v128_t cr = wasm_i16x8_sub(wasm_u16x8_load8x8(reds + at), middle);
        /* 1.402 Cr and 1.772 Cb as whole numbers and 15-bit fractions, whose rounding is that of 16 bits for all 256. */
        r[half] = wasm_i16x8_add(wasm_i16x8_add(luma, cr), wasm_i16x8_q15mulr_sat(cr, wasm_i16x8_splat(13173)));
        b[half] = wasm_i16x8_add(wasm_i16x8_add(luma, wasm_i16x8_shl(cb, 1)),
                                 wasm_i16x8_q15mulr_sat(cb, wasm_i16x8_splat(-7471)));
        const v128_t part = wasm_i16x8_narrow_i32x4(green_part(LOW(cb, cr)), green_part(HIGH(cb, cr)));
        g[half] = wasm_i16x8_add(wasm_i16x8_sub(luma, cr), part);
      }
      const v128_t red = wasm_u8x16_narrow_i16x8(r[0], r[1]);
      const v128_t green = wasm_u8x16_narrow_i16x8(g[0], g[1]);
      const v128_t blue = wasm_u8x16_narrow_i16x8(b[0], b[1]);
      const v128_t rg[2] = {LOW_BYTES(red, green), HIGH_BYTES(red, green)};
      const v128_t ba[2] = {LOW_BYTES(blue, opaque), HIGH_BYTES(blue, opaque)};
      for (int half = 0; half < 2; half++) {
        wasm_v128_store(out[y] + 4 * x + 32 * half, LOW(rg[half], ba[half]));
        wasm_v128_store(out[y] + 4 * x + 32 * half + 16, HIGH(rg[half], ba[half]));
      }
    }
  }
}

void use_kernels(j_decompress_ptr picture) {
  const my_upsample_ptr upsample = (my_upsample_ptr)picture->upsample;
  for (int i = 0; i < picture->num_components; i++) {
    const jpeg_component_info *component = picture->comp_info + i;
    picture->idct->inverse_DCT[i] = idct;
    if (2 * component->h_samp_factor != picture->max_h_samp_factor || component->downsampled_width < 8) continue;
    if (2 * component->v_samp_factor == picture->max_v_samp_factor) upsample->methods[i] = upsample_h2v2;
    else if (component->v_samp_factor == picture->max_v_samp_factor) upsample->methods[i] = upsample_h2v1;
  }
  if (picture->jpeg_color_space == JCS_YCbCr && picture->output_width >= 16)
    picture->cconvert->color_convert = ycc_to_rgba;
}
