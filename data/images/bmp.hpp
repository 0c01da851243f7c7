// Windows bitmaps that are not compressed.
//   https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage
//
//   "BM", size of the file (4), 0 (4), where the pixels begin (4)
//   size of what follows (4), width (4), height (4, below 0: rows from the top), 1 (2), bits a pixel (2), compression (4),
//   ..., colours in the palette (4), ...; or, of size 12, width (2), height (2), 1 (2), bits a pixel (2)
//   masks (4 each) where compression is 3 or 6; palette: blue, green, red, and 0 unless the size was 12
//   rows from the bottom, each filled up to a multiple of 4 bytes. All numbers are little-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/images/image.hpp"

namespace eca {

inline bool is_bmp(std::span<const uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 'B' && bytes[1] == 'M';
}

// 1, 4 or 8 bits with a palette; 16, 24 or 32 bits. Transparency is dropped. Throws FileError if the file is truncated,
// damaged or compressed.
Image decode_bmp(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace eca
