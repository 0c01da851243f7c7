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

// An image of these extents, all black. Throws FileError, before any memory is taken, if an extent is 0, if there are more
// than kMaxPixels, or more than kMaxPixelsPerByte for each byte of the file.
Image make_image(const std::string& path, int64_t height, int64_t width, size_t file_bytes);

// 3 bytes each.
inline constexpr int64_t kMaxPixels = int64_t{1} << 27;

// No format read here compresses better: a PNG of one bit a pixel reaches 8 * 1032 (deflate's limit), a progressive JPEG
// about 500. So a header of 100 bytes cannot ask for more than 3 MB.
inline constexpr int64_t kMaxPixelsPerByte = 10000;

}  // namespace eca
