// PNG, by libpng.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/images/image.hpp"

namespace eca {

bool is_png(std::span<const uint8_t> bytes);

// Every kind: grey, RGB, palette, 1 to 16 bits, interlaced. Transparency is dropped; of 16 bits the upper 8 are taken.
// Throws FileError if the file is truncated or damaged: every chunk up to IEND must be there, with the right checksum.
Image decode_png(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace eca
