// PGM and PPM in their binary forms, of 8 or 16 bits.   https://netpbm.sourceforge.net/doc/ppm.html
//
//   "P5" (grey) or "P6" (RGB), width, height, largest value, as text with blanks and comments ("# ...") between;
//   one blank; the values row by row, of 1 byte, or 2 (the upper first) where the largest value is above 255
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/images/image.hpp"

namespace eca {

inline bool is_pnm(std::span<const uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 'P' && (bytes[1] == '5' || bytes[1] == '6');
}

// Values are scaled so that the largest is 255. Throws FileError if the file is truncated or damaged.
Image decode_pnm(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace eca
