#include "data/images/png.hpp"

#include <png.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "core/base/error.hpp"
#include "data/images/exif.hpp"

namespace eca {

// libpng knows no exceptions. Its errors jump back into decode(), which therefore has no local object with a destructor:
// all that must be destroyed is in here.
struct PngDecoder {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::span<const uint8_t> unread;
  char problem[128] = "";
  Image image;

  PngDecoder() = default;
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png, &info, nullptr); }

  // False: see `problem`. Throws FileError about the extents.
  bool decode(const std::string& path, std::span<const uint8_t> bytes);
};

[[noreturn]] static void fail(png_structp png, png_const_charp problem) {
  auto* decoder = static_cast<PngDecoder*>(png_get_error_ptr(png));
  std::snprintf(decoder->problem, sizeof decoder->problem, "%s", problem);
  png_longjmp(png, 1);
}

// About metadata that are not used.
static void ignore_warning(png_structp, png_const_charp) {}

static void read(png_structp png, png_bytep to, size_t n) {
  auto* decoder = static_cast<PngDecoder*>(png_get_io_ptr(png));
  if (n > decoder->unread.size()) png_error(png, "it ends before its IEND chunk");
  std::memcpy(to, decoder->unread.data(), n);
  decoder->unread = decoder->unread.subspan(n);
}

// Texts, colour profiles and suggested palettes are checked against their checksums, and no more.
static void skip_metadata(png_structp png) {
  static constexpr png_byte kSkipped[] = "iCCP\0tEXt\0zTXt\0iTXt\0sPLT\0hIST\0pCAL\0sCAL";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kSkipped, sizeof kSkipped / 5);
}

static void ask_for_rgb(png_structp png) {
  png_set_palette_to_rgb(png);
  png_set_expand_gray_1_2_4_to_8(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  png_set_gray_to_rgb(png);
}

bool PngDecoder::decode(const std::string& path, std::span<const uint8_t> bytes) {
  unread = bytes;
  png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore_warning);
  if (png != nullptr) info = png_create_info_struct(png);
  if (info == nullptr) throw FileError(path, "cannot be decoded: out of memory");
  if (setjmp(png_jmpbuf(png))) return false;

  png_set_read_fn(png, this, read);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  skip_metadata(png);
  png_read_info(png, info);
  image = make_image(path, png_get_image_height(png, info), png_get_image_width(png, info), bytes.size());
  ask_for_rgb(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  const auto row_bytes = static_cast<size_t>(image.width * 3);
  if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "unexpected size of a row");
  for (int pass = 0; pass < passes; ++pass) {
    for (int64_t y = 0; y < image.height; ++y)
      png_read_row(png, &image.pixels[static_cast<size_t>(y) * row_bytes], nullptr);
  }
  png_read_end(png, info);

  png_uint_32 exif_bytes = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(png, info, &exif_bytes, &exif)) image.orientation = exif_orientation({exif, exif_bytes});
  return true;
}

bool is_png(std::span<const uint8_t> bytes) {
  return bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0;
}

// A PNG is 8 bytes and then chunks: length (4 bytes, big-endian), name (4), data, checksum (4). libpng takes as much memory as
// a chunk claims to have bytes as soon as it has read length and name, so that none may claim more than the file has.
static void check_chunk_lengths(const std::string& path, std::span<const uint8_t> bytes) {
  constexpr size_t kBeforeData = 8;
  constexpr size_t kAroundData = 12;
  for (size_t at = 8; at + kBeforeData <= bytes.size();) {
    const size_t length =
        size_t{bytes[at]} << 24 | size_t{bytes[at + 1]} << 16 | size_t{bytes[at + 2]} << 8 | bytes[at + 3];
    if (length + kAroundData > bytes.size() - at) {
      throw FileError(path, "is a truncated or damaged PNG: a chunk claims to have " +
                                std::to_string(length) + " bytes, which is more than the file has");
    }
    at += kAroundData + length;
  }
}

Image decode_png(const std::string& path, std::span<const uint8_t> bytes) {
  check_chunk_lengths(path, bytes);
  PngDecoder decoder;
  if (!decoder.decode(path, bytes)) {
    throw FileError(path, std::string("is a truncated or damaged PNG: ") + decoder.problem);
  }
  return std::move(decoder.image);
}

}  // namespace eca
