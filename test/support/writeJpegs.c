/*
 * Writes JPEG files of kinds that picture libraries do not offer, by libjpeg itself:
 *
 *   cc writeJpegs.c -ljpeg -o writeJpegs && ./writeJpegs FOLDER < LIST
 *
 * A line of LIST: name width height space sampling restart progressive optimised quality seed
 * where space is grey, ycc, rgb, cmyk or ycck, sampling the factors of the first component ("21": 2 x 1) and seed 0 draws
 * four flat quarters, any other waves and noise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <jpeglib.h>

static const unsigned char QUARTERS[4][3] = {{220, 30, 30}, {30, 200, 40}, {30, 40, 210}, {120, 120, 120}};
static unsigned state;
static int noise(int range) {
  state = state * 1664525u + 1013904223u;
  return (int)((state >> 16) % (unsigned)range);
}

/* Red, green and blue; of CMYK the inks as Adobe stores them, with black everywhere a little. */
static void sample(int x, int y, int w, int h, unsigned seed, int channels, unsigned char *out) {
  for (int c = 0; c < 3; c++) {
    int value = seed == 0 ? QUARTERS[(y < h / 2 ? 0 : 2) + (x < w / 2 ? 0 : 1)][c]
                          : (int)(128 + 90 * sin((x * (c + 1) + seed) / 7.0) * cos((y + c * 5) / 6.0)) + noise(24);
    out[c] = (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
  }
  if (channels == 4) out[3] = (unsigned char)(seed == 0 ? 255 : 255 - noise(90));
  if (channels == 1) out[0] = (unsigned char)((out[0] * 299 + out[1] * 587 + out[2] * 114) / 1000);
}

int main(int argc, char **argv) {
  char name[100], space[8], sampling[3], path[4096];
  int width, height, restart, progressive, optimised, quality;
  unsigned seed;
  if (argc != 2) return 2;
  while (scanf("%99s %d %d %7s %2s %d %d %d %d %u", name, &width, &height, space, sampling, &restart, &progressive,
               &optimised, &quality, &seed) == 10) {
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr errors;
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    snprintf(path, sizeof path, "%s/%s", argv[1], name);
    FILE *file = fopen(path, "wb");
    if (!file) return 1;
    jpeg_stdio_dest(&c, file);
    int inks = strcmp(space, "cmyk") == 0 || strcmp(space, "ycck") == 0;
    int grey = strcmp(space, "grey") == 0;
    c.image_width = (JDIMENSION)width;
    c.image_height = (JDIMENSION)height;
    c.input_components = grey ? 1 : inks ? 4 : 3;
    c.in_color_space = grey ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&c);
    if (strcmp(space, "rgb") == 0) jpeg_set_colorspace(&c, JCS_RGB);
    if (strcmp(space, "ycck") == 0) jpeg_set_colorspace(&c, JCS_YCCK);
    jpeg_set_quality(&c, quality, TRUE);
    c.optimize_coding = optimised;
    c.restart_interval = (unsigned)restart;
    if (progressive) jpeg_simple_progression(&c);
    for (int i = 0; i < c.num_components; i++) c.comp_info[i].h_samp_factor = c.comp_info[i].v_samp_factor = 1;
    c.comp_info[0].h_samp_factor = sampling[0] - '0';
    c.comp_info[0].v_samp_factor = sampling[1] - '0';
    /* Black is as fine as luma. */
    if (inks) {
      c.comp_info[3].h_samp_factor = c.comp_info[0].h_samp_factor;
      c.comp_info[3].v_samp_factor = c.comp_info[0].v_samp_factor;
    }
    jpeg_start_compress(&c, TRUE);
    state = seed;
    unsigned char *row = malloc((size_t)width * (size_t)c.input_components);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) sample(x, y, width, height, seed, c.input_components, row + x * c.input_components);
      JSAMPROW rows[1] = {row};
      jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    fclose(file);
    free(row);
  }
  return 0;
}
