/*
 * What src/node/codecs/jpegDecoder.ts asks of libjpeg-turbo: one picture an instance, some rows at a time, as RGBA.
 * Errors leave through `fail`, which does not return: the host throws, and the instance is not used again.
 */
#define JPEG_INTERNALS
#include <stdio.h>
#include <stdlib.h>
#include <jinclude.h>
#include <jpeglib.h>
#include "kernels.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("host"), import_name(#name)))

/* More passes over the picture than any encoder writes, each of which may be a few bytes and takes time. */
#define MAX_SCANS 200

IMPORT(fail) _Noreturn void fail(const char *reason);
/* What the library complains of and goes on; the host may throw here, too. */
IMPORT(warn) void warn(const char *complaint);

static struct jpeg_decompress_struct picture;
static struct jpeg_error_mgr errors;
static struct jpeg_progress_mgr progress;
static JSAMPROW *rows;
static int rows_at_once;

static void on_error(j_common_ptr any) {
  char text[JMSG_LENGTH_MAX];
  any->err->format_message(any, text);
  fail(text);
}

static void on_message(j_common_ptr any, int level) {
  if (level >= 0) return;
  char text[JMSG_LENGTH_MAX];
  any->err->format_message(any, text);
  warn(text);
}

static void on_progress(j_common_ptr any) {
  if (((j_decompress_ptr)any)->input_scan_number > MAX_SCANS) fail("it has too many scans");
}

/* Room for a file; 0 where there is no memory. */
EXPORT(allocate) void *allocate(size_t bytes) { return malloc(bytes); }

/*
 * Reads everything up to the first row (of a progressive file: all of it).
 * Returns where `read` will put up to `count` rows of `width` RGBA pixels.
 */
EXPORT(open) JSAMPROW open(const unsigned char *file, size_t bytes, JDIMENSION width, JDIMENSION height, int count) {
  picture.err = jpeg_std_error(&errors);
  errors.error_exit = on_error;
  errors.emit_message = on_message;
  jpeg_create_decompress(&picture);
  progress.progress_monitor = on_progress;
  picture.progress = &progress;
  jpeg_mem_src(&picture, file, bytes);
  jpeg_read_header(&picture, TRUE);
  if (picture.image_width != width || picture.image_height != height) fail("its header is damaged");
  /* The rest of the library is not in the binary. */
  if (picture.data_precision != 8 || picture.master->lossless) fail("it is a rare kind of JPEG");
  picture.out_color_space = picture.num_components == 4 ? JCS_CMYK : JCS_EXT_RGBA;
  jpeg_start_decompress(&picture);
  use_kernels(&picture);

  JSAMPROW pixels = malloc((size_t)count * width * 4);
  rows = malloc(count * sizeof(JSAMPROW));
  rows_at_once = count;
  if (!pixels || !rows) fail("there is not enough memory");
  for (int i = 0; i < count; i++) rows[i] = pixels + (size_t)i * width * 4;
  return pixels;
}

/* As in the files of Adobe's programs, and so in all that viewers show, 255 is no ink: (1 - ink) (1 - black). */
static void cmyk_to_rgba(JSAMPROW row) {
  for (JSAMPROW end = row + (size_t)picture.output_width * 4; row < end; row += 4) {
    for (int c = 0; c < 3; c++) row[c] = (row[c] * row[3] + 127) / 255;
    row[3] = 255;
  }
}

/* Decodes the next rows; returns how many. */
EXPORT(read) int read(void) {
  int done = 0;
  while (done < rows_at_once && picture.output_scanline < picture.output_height)
    done += jpeg_read_scanlines(&picture, rows + done, rows_at_once - done);
  if (picture.out_color_space == JCS_CMYK)
    for (int i = 0; i < done; i++) cmyk_to_rgba(rows[i]);
  if (picture.output_scanline == picture.output_height) jpeg_finish_decompress(&picture);
  return done;
}
