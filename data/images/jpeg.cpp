#include "data/images/jpeg.hpp"

// jpeglib.h needs size_t and FILE before it.
#include <cstddef>
#include <cstdio>
//
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

#include "core/base/error.hpp"
#include "data/images/exif.hpp"

namespace eca {

// A file of a few bytes for each scan can ask for the whole image to be gone over any number of times. Encoders write
// about ten scans.
static constexpr int kMaxScans = 200;

// libjpeg knows no exceptions. Its errors jump back into decode(), which therefore has no local object with a destructor:
// all that must be destroyed is in here.
struct JpegDecoder {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  jmp_buf failed;
  char problem[JMSG_LENGTH_MAX] = "";
  std::vector<uint8_t> cmyk;  // one row: (width,4)
  Image image;

  JpegDecoder() = default;
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() { jpeg_destroy_decompress(&info); }

  // False: see `problem`. Throws FileError about the extents.
  bool decode(const std::string& path, std::span<const uint8_t> bytes);
};

[[noreturn]] static void fail(j_common_ptr info) {
  auto* decoder = static_cast<JpegDecoder*>(info->client_data);
  info->err->format_message(info, decoder->problem);
  std::longjmp(decoder->failed, 1);
}

// A warning means that libjpeg has made up what the file does not hold. Excepted are those that leave the pixels as they
// are: odd bytes between segments, and versions or colour codes that libjpeg has not heard of.
static void stop_at_warning(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace
  const int code = info->err->msg_code;
  if (code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
  fail(info);
}

static void stop_after_many_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  auto* decoder = static_cast<JpegDecoder*>(info->client_data);
  std::snprintf(decoder->problem, sizeof decoder->problem, "more than %d scans", kMaxScans);
  std::longjmp(decoder->failed, 1);
}

// round(a * b / 255)
static int product_of_shares(int a, int b) {
  const int t = a * b + 128;
  return (t + (t >> 8)) >> 8;
}

// With c, m, y and k the amounts of ink and kept = 255 - k:   r = kept - c * kept / 255, and so on.
// Adobe stores 255 - ink.
static void cmyk_to_rgb(const uint8_t* cmyk, uint8_t* rgb, int64_t width) {
  for (int64_t x = 0; x < width; ++x) {
    const int kept = cmyk[4 * x + 3];
    for (int64_t c = 0; c < 3; ++c) {
      rgb[3 * x + c] =
          static_cast<uint8_t>(std::clamp(kept - product_of_shares(255 - cmyk[4 * x + c], kept), 0, 255));
    }
  }
}

static int orientation_of(const jpeg_decompress_struct& info) {
  static constexpr char kExif[6] = {'E', 'x', 'i', 'f', 0, 0};
  for (const jpeg_marker_struct* marker = info.marker_list; marker != nullptr; marker = marker->next) {
    if (marker->data_length < sizeof kExif || std::memcmp(marker->data, kExif, sizeof kExif) != 0) continue;
    return exif_orientation({marker->data + sizeof kExif, marker->data_length - sizeof kExif});
  }
  return 1;
}

bool JpegDecoder::decode(const std::string& path, std::span<const uint8_t> bytes) {
  info.err = jpeg_std_error(&errors);
  errors.error_exit = fail;
  errors.emit_message = stop_at_warning;
  info.client_data = this;
  if (setjmp(failed)) return false;

  jpeg_create_decompress(&info);
  progress.progress_monitor = stop_after_many_scans;
  info.progress = &progress;
  jpeg_mem_src(&info, bytes.data(), bytes.size());
  jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);  // EXIF
  jpeg_read_header(&info, /*require_image=*/TRUE);

  image = make_image(path, info.image_height, info.image_width, bytes.size());
  image.orientation = orientation_of(info);
  const bool is_cmyk = info.num_components == 4;
  info.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  if (is_cmyk) cmyk.resize(static_cast<size_t>(image.width * 4));
  jpeg_start_decompress(&info);
  while (info.output_scanline < info.output_height) {
    uint8_t* rgb = &image.pixels[static_cast<size_t>(image.width * 3 * info.output_scanline)];
    uint8_t* row = is_cmyk ? cmyk.data() : rgb;
    jpeg_read_scanlines(&info, &row, 1);
    if (is_cmyk) cmyk_to_rgb(row, rgb, image.width);
  }
  jpeg_finish_decompress(&info);  // reads up to the end-of-image marker
  return true;
}

Image decode_jpeg(const std::string& path, std::span<const uint8_t> bytes) {
  JpegDecoder decoder;
  if (!decoder.decode(path, bytes)) {
    throw FileError(path, std::string("is a truncated or damaged JPEG: ") + decoder.problem);
  }
  return std::move(decoder.image);
}

}  // namespace eca
