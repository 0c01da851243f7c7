// A decoded image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace eca {

struct Image {
  int64_t height = 0, width = 0;
  std::vector<uint8_t> pixels;  // (height,width,3), RGB
  int orientation = 1;          // what the file's EXIF data say, see data/images/exif.hpp; 1: upright
};

// Pixels that something else owns.
struct PixelView {
  const uint8_t* pixels = nullptr;  // (height,width,channels)
  int64_t height = 0, width = 0, channels = 3;
};

inline PixelView view_of(const Image& image) {
  return {.pixels = image.pixels.data(), .height = image.height, .width = image.width, .channels = 3};
}

// A part of an image: the pixels of rows top, ..., top + height - 1 and of columns left, ..., left + width - 1.
struct PixelBox {
  int64_t top = 0, left = 0, height = 0, width = 0;

  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

// An image of these extents, all black. Throws FileError, before any memory is taken, if an extent is 0, if there are more
// than kMaxPixels, or more than kMaxPixelsPerByte for each byte of the file.
Image make_image(const std::string& path, int64_t height, int64_t width, size_t file_bytes);

// 3 bytes each.
inline constexpr int64_t kMaxPixels = int64_t{1} << 27;

// No format read here compresses better: a PNG of one bit a pixel reaches 8 * 1032 (deflate's limit), a progressive JPEG
// about 500. So a header of 100 bytes cannot ask for more than 3 MB.
inline constexpr int64_t kMaxPixelsPerByte = 10000;

}  // namespace eca
