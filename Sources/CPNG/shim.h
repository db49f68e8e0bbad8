#ifndef CONVSERVE_CPNG_SHIM_H
#define CONVSERVE_CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// libpng reports errors by longjmp. That jump must not cross a Swift frame, so
// the whole decode happens in this one C function, which returns a status.

#define CONVSERVE_PNG_MESSAGE_CAPACITY 160

typedef struct {
  const unsigned char *bytes;
  size_t count;
  size_t offset;
  char *message;
} convserve_png_input;

static inline void convserve_png_error(png_structp png, png_const_charp message) {
  convserve_png_input *input = (convserve_png_input *)png_get_error_ptr(png);
  strncpy(input->message, message, CONVSERVE_PNG_MESSAGE_CAPACITY - 1);
  input->message[CONVSERVE_PNG_MESSAGE_CAPACITY - 1] = 0;
  png_longjmp(png, 1);
}

static inline void convserve_png_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static inline void convserve_png_read(png_structp png, png_bytep destination, size_t count) {
  convserve_png_input *input = (convserve_png_input *)png_get_io_ptr(png);
  if (count > input->count - input->offset) png_error(png, "the data ends early");
  memcpy(destination, input->bytes + input->offset, count);
  input->offset += count;
}

// Whatever the colour type and depth, ask for 8-bit RGB: high bytes of 16-bit
// samples, no gamma correction, transparency dropped (not blended).
static inline void convserve_png_request_rgb(png_structp png, png_infop info) {
  int colour = png_get_color_type(png, info);
  int depth = png_get_bit_depth(png, info);
  if (depth == 16) png_set_strip_16(png);
  if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (colour == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (!(colour & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
  // Palettes with a tRNS chunk expand to RGBA, hence always.
  png_set_strip_alpha(png);
}

// Bytes of image data that have not been read: what lies in IDAT chunks behind the input's place.
static inline size_t convserve_png_unread_image_data(const convserve_png_input *input) {
  size_t unread = 0;
  size_t offset = 8;
  while (input->count - offset >= 12) {
    const unsigned char *chunk = input->bytes + offset;
    size_t length = png_get_uint_32(chunk);
    if (length > input->count - offset - 12) break;
    size_t start = offset + 8 > input->offset ? offset + 8 : input->offset;
    size_t end = offset + 8 + length;
    if (memcmp(chunk + 4, "IDAT", 4) == 0 && end > start) unread += end - start;
    offset = end + 4;
  }
  return unread;
}

// The pass and the row that are the last to be read from the image data.
static inline void convserve_png_last_row(size_t width, size_t height, int passes, int *pass, size_t *row) {
  *pass = passes - 1;
  *row = height - 1;
  if (passes == 1) return;
  while (PNG_PASS_ROWS(height, *pass) == 0 || PNG_PASS_COLS(width, *pass) == 0) --*pass;
  *row = PNG_ROW_FROM_PASS_ROW(PNG_PASS_ROWS(height, *pass) - 1, *pass);
}

// Decodes a PNG of exactly width x height into pixels, 3 x width x height bytes.
// Returns 0, or 1 with a text of at most CONVSERVE_PNG_MESSAGE_CAPACITY bytes in message.
__attribute__((noinline)) static int convserve_png_decode_rgb(
    const unsigned char *bytes, size_t count, unsigned int width, unsigned int height,
    unsigned char *pixels, char *message) {
  convserve_png_input input = {bytes, count, 0, message};
  message[0] = 0;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &input, convserve_png_error, convserve_png_warning);
  if (!png) return 1;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
  }
  png_set_read_fn(png, &input, convserve_png_read);
  png_set_user_limits(png, width, height);
  png_set_chunk_malloc_max(png, 1 << 20);
  png_set_chunk_cache_max(png, 64);
  // Texts and colour profiles are skipped unread: they may be deflate bombs.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
    png_error(png, "the header gives two sizes");
  convserve_png_request_rgb(png, info);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t stride = (size_t)width * 3;
  if (png_get_rowbytes(png, info) != stride) png_error(png, "the rows do not become 8-bit RGB");
  int last_pass;
  size_t last_row;
  convserve_png_last_row(width, height, passes, &last_pass, &last_row);
  for (int pass = 0; pass < passes; pass++)
    for (size_t row = 0; row < height; row++) {
      // With the last row libpng expands whatever follows it. A row of four 16-bit channels, uncompressed, and a checksum
      // are the most that can be due.
      if (pass == last_pass && row == last_row &&
          convserve_png_unread_image_data(&input) > (size_t)width * 9 + 4096)
        png_error(png, "there is image data behind the last row");
      png_read_row(png, pixels + row * stride, NULL);
    }
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

// Bytes that are written one after the other; bytes is for free() once no more come.
typedef struct {
  unsigned char *bytes;
  size_t count;
  size_t capacity;
} convserve_png_output;

static inline void convserve_png_write(png_structp png, png_bytep source, size_t count) {
  convserve_png_output *output = (convserve_png_output *)png_get_io_ptr(png);
  if (count > output->capacity - output->count) {
    size_t capacity = 2 * output->capacity + count;
    unsigned char *bytes = (unsigned char *)realloc(output->bytes, capacity);
    if (!bytes) png_error(png, "no memory for the file");
    output->bytes = bytes;
    output->capacity = capacity;
  }
  memcpy(output->bytes + output->count, source, count);
  output->count += count;
}

static inline void convserve_png_flush(png_structp png) { (void)png; }

// Encodes width x height pixels of 8-bit RGB as a PNG. Returns 0, or 1 where there is no memory.
__attribute__((noinline)) static int convserve_png_encode_rgb(
    const unsigned char *pixels, unsigned int width, unsigned int height, convserve_png_output *output) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, convserve_png_warning);
  if (!png) return 1;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 1;
  }
  png_set_write_fn(png, output, convserve_png_write, convserve_png_flush);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (unsigned int row = 0; row < height; row++) png_write_row(png, pixels + (size_t)row * width * 3);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return 0;
}

#endif
