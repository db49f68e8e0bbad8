// libjpeg-turbo for Swift, which can neither be jumped out of nor fill in the library's error handler: every
// call below returns whether it succeeded, and the first error or warning is kept as text.
#ifndef CONVSERVE_JPEG_SHIM_H
#define CONVSERVE_JPEG_SHIM_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

struct convserve_jpeg {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  jmp_buf failure;
  // Of the first warning, or of the error.
  char message[JMSG_LENGTH_MAX];
};

static inline struct convserve_jpeg *convserve_jpeg_of(j_common_ptr codec) {
  return (struct convserve_jpeg *)codec->client_data;
}

static inline void convserve_jpeg_error_exit(j_common_ptr codec) {
  struct convserve_jpeg *jpeg = convserve_jpeg_of(codec);
  codec->err->format_message(codec, jpeg->message);
  longjmp(jpeg->failure, 1);
}

static inline void convserve_jpeg_emit_message(j_common_ptr codec, int level) {
  // Levels from 0 up are traces.
  if (level >= 0) return;
  if (codec->err->num_warnings++ == 0) codec->err->format_message(codec, convserve_jpeg_of(codec)->message);
}

static inline void convserve_jpeg_output_message(j_common_ptr codec) { (void)codec; }

// NULL only for want of memory. The bytes must outlive the decoder.
static inline struct convserve_jpeg *convserve_jpeg_create(void) {
  struct convserve_jpeg *jpeg = (struct convserve_jpeg *)calloc(1, sizeof(struct convserve_jpeg));
  if (jpeg == NULL) return NULL;
  jpeg->codec.err = jpeg_std_error(&jpeg->errors);
  jpeg->errors.error_exit = convserve_jpeg_error_exit;
  jpeg->errors.emit_message = convserve_jpeg_emit_message;
  jpeg->errors.output_message = convserve_jpeg_output_message;
  jpeg->codec.client_data = jpeg;
  if (setjmp(jpeg->failure)) {
    free(jpeg);
    return NULL;
  }
  jpeg_create_decompress(&jpeg->codec);
  // Creating has cleared everything but the error handler.
  jpeg->codec.client_data = jpeg;
  return jpeg;
}

static inline void convserve_jpeg_destroy(struct convserve_jpeg *jpeg) {
  jpeg_destroy_decompress(&jpeg->codec);
  free(jpeg);
}

static inline bool convserve_jpeg_read_header(struct convserve_jpeg *jpeg, const unsigned char *bytes, size_t count) {
  if (setjmp(jpeg->failure)) return false;
  jpeg_mem_src(&jpeg->codec, bytes, count);
  jpeg_read_header(&jpeg->codec, TRUE);
  return true;
}

// Accurate inverse DCT and smooth chroma upsampling, at `eighths` / 8 of the size, to interleaved pixels.
static inline bool convserve_jpeg_start(struct convserve_jpeg *jpeg, unsigned eighths, J_COLOR_SPACE pixels) {
  if (setjmp(jpeg->failure)) return false;
  jpeg->codec.scale_num = eighths;
  jpeg->codec.scale_denom = 8;
  jpeg->codec.out_color_space = pixels;
  jpeg->codec.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&jpeg->codec);
  return true;
}

// Narrows all rows to columns from `first` on, which are moved to where a group of blocks begins.
static inline bool convserve_jpeg_crop(struct convserve_jpeg *jpeg, unsigned *first, unsigned *count) {
  if (setjmp(jpeg->failure)) return false;
  jpeg_crop_scanline(&jpeg->codec, first, count);
  return true;
}

static inline bool convserve_jpeg_skip_rows(struct convserve_jpeg *jpeg, unsigned count) {
  if (setjmp(jpeg->failure)) return false;
  jpeg_skip_scanlines(&jpeg->codec, count);
  return true;
}

static inline bool convserve_jpeg_read_rows(
    struct convserve_jpeg *jpeg, unsigned char *rows, size_t row_bytes, size_t count) {
  if (setjmp(jpeg->failure)) return false;
  for (size_t row = 0; row < count; row++) {
    JSAMPROW target = rows + row * row_bytes;
    jpeg_read_scanlines(&jpeg->codec, &target, 1);
  }
  return true;
}

// Rows that were not read yet.
static inline size_t convserve_jpeg_rows_left(const struct convserve_jpeg *jpeg) {
  return jpeg->codec.output_height - jpeg->codec.output_scanline;
}

// After the last row.
static inline bool convserve_jpeg_finish(struct convserve_jpeg *jpeg) {
  if (setjmp(jpeg->failure)) return false;
  jpeg_finish_decompress(&jpeg->codec);
  return true;
}

static inline unsigned convserve_jpeg_width(const struct convserve_jpeg *jpeg) { return jpeg->codec.image_width; }
static inline unsigned convserve_jpeg_height(const struct convserve_jpeg *jpeg) { return jpeg->codec.image_height; }
static inline unsigned convserve_jpeg_output_width(const struct convserve_jpeg *jpeg) { return jpeg->codec.output_width; }
static inline unsigned convserve_jpeg_output_height(const struct convserve_jpeg *jpeg) { return jpeg->codec.output_height; }
// The greatest width in pixels, at full size, of the groups of blocks that are decoded together.
static inline unsigned convserve_jpeg_group_width(const struct convserve_jpeg *jpeg) {
  return (unsigned)jpeg->codec.max_h_samp_factor * 8;
}
static inline long convserve_jpeg_warnings(const struct convserve_jpeg *jpeg) { return jpeg->errors.num_warnings; }
static inline const char *convserve_jpeg_message(const struct convserve_jpeg *jpeg) { return jpeg->message; }

struct convserve_jpeg_encoder {
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  jmp_buf failure;
  char *message;
  unsigned char *bytes;
  unsigned long count;
};

static inline void convserve_jpeg_encoder_exit(j_common_ptr codec) {
  struct convserve_jpeg_encoder *encoder = (struct convserve_jpeg_encoder *)codec->client_data;
  codec->err->format_message(codec, encoder->message);
  longjmp(encoder->failure, 1);
}

// Encodes interleaved RGB rows without padding as a baseline JPEG, in the same way at any time. `message` has room for
// JMSG_LENGTH_MAX characters. `bytes` has room for `*count`, which becomes what was written; it fails where that is more.
static inline bool convserve_jpeg_encode(
    const unsigned char *pixels, unsigned width, unsigned height, int quality, unsigned char *bytes,
    unsigned long *count, char *message) {
  // What changes between setjmp and longjmp lies on the heap: registers may be older than the jump.
  struct convserve_jpeg_encoder *encoder = (struct convserve_jpeg_encoder *)calloc(1, sizeof(*encoder));
  if (encoder == NULL) return false;
  encoder->message = message;
  encoder->bytes = bytes;
  encoder->count = *count;
  encoder->codec.err = jpeg_std_error(&encoder->errors);
  encoder->errors.error_exit = convserve_jpeg_encoder_exit;
  encoder->errors.output_message = convserve_jpeg_output_message;
  encoder->codec.client_data = encoder;
  if (setjmp(encoder->failure)) {
    jpeg_destroy_compress(&encoder->codec);
    free(encoder);
    return false;
  }
  jpeg_create_compress(&encoder->codec);
  encoder->codec.client_data = encoder;
  jpeg_mem_dest(&encoder->codec, &encoder->bytes, &encoder->count);
  encoder->codec.image_width = width;
  encoder->codec.image_height = height;
  encoder->codec.input_components = 3;
  encoder->codec.in_color_space = JCS_RGB;
  jpeg_set_defaults(&encoder->codec);
  jpeg_set_quality(&encoder->codec, quality, TRUE);
  encoder->codec.dct_method = JDCT_ISLOW;
  jpeg_start_compress(&encoder->codec, TRUE);
  while (encoder->codec.next_scanline < height) {
    JSAMPROW row = (JSAMPROW)(pixels + (size_t)encoder->codec.next_scanline * width * 3);
    jpeg_write_scanlines(&encoder->codec, &row, 1);
  }
  jpeg_finish_compress(&encoder->codec);
  jpeg_destroy_compress(&encoder->codec);
  // The codec allocates where the room was too small.
  const bool fits = encoder->bytes == bytes;
  if (!fits) free(encoder->bytes);
  *count = encoder->count;
  free(encoder);
  return fits;
}

#endif
