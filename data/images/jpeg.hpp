// JPEG, by libjpeg-turbo.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/images/image.hpp"

namespace eca {

inline bool is_jpeg(std::span<const uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0xFF && bytes[1] == 0xD8;
}

// Baseline, progressive or arithmetic; grey, YCbCr, RGB, CMYK and YCCK (inverted, as Adobe writes both). The pixels are
// those that Pillow gives. Throws FileError if the file is truncated or damaged.
Image decode_jpeg(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace eca
