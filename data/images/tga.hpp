// Truevision TGA.   Truevision TGA File Format Specification, version 2.0, 1991
//
//   length of the text (1), 1 with a palette (1), type (1), palette: first (2), entries (2), bits an entry (1),
//   x and y (2 each), width (2), height (2), bits a pixel (1), descriptor (1); text; palette; pixels
//   type: 1 palette, 2 colour, 3 grey; 9, 10, 11 the same in runs
//   descriptor: bit 4 set: columns from the right; bit 5 set: rows from the top. All numbers are little-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/images/image.hpp"

namespace eca {

// Grey of 8 bits; colours of 15, 16, 24 or 32 bits, also in a palette. Transparency is dropped. The format has no signature:
// only its name tells that a file is one. Throws FileError if the file is truncated or damaged.
Image decode_tga(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace eca
