// The bytes of an image file as pixels, whatever the format.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "data/images/image.hpp"

namespace eca {

// JPEG, PNG, BMP, PGM and PPM are told by their first bytes, TGA by the path's ending. The pixels are those of the file,
// turned as its EXIF data say only if `exif`.
// Throws FileError if the file is truncated, damaged or of another format; the message names a format that is known by
// its first bytes.
Image decode_image(const std::string& path, std::span<const uint8_t> bytes, bool exif = false);

}  // namespace eca
