#include "data/images/exif.hpp"

#include <algorithm>
#include <optional>

namespace eca {

static constexpr uint32_t kOrientationTag = 0x0112, kTypeShort = 3;

// Integers of a TIFF structure, in its byte order; nothing beyond its end.
class TiffReader {
 public:
  TiffReader(std::span<const uint8_t> bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::optional<uint32_t> integer(size_t at, size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | bytes_[at + (big_endian_ ? i : size - 1 - i)];
    return value;
  }

 private:
  std::span<const uint8_t> bytes_;
  bool big_endian_;
};

// A directory is: number of entries (2), then for each tag (2), type (2), count (4), value (4, to the left).
int exif_orientation(std::span<const uint8_t> tiff) {
  constexpr uint8_t kLittle[4] = {'I', 'I', 42, 0}, kBig[4] = {'M', 'M', 0, 42};
  if (tiff.size() < 8) return 1;
  const bool little = std::equal(kLittle, kLittle + 4, tiff.begin());
  if (!little && !std::equal(kBig, kBig + 4, tiff.begin())) return 1;
  const TiffReader in(tiff, !little);

  const size_t directory = in.integer(4, 4).value_or(0);
  const size_t entries = in.integer(directory, 2).value_or(0);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    if (in.integer(entry, 2) != kOrientationTag) continue;
    const uint32_t value = in.integer(entry + 8, 2).value_or(0);
    const bool is_valid =
        in.integer(entry + 2, 2) == kTypeShort && in.integer(entry + 4, 4) == 1u && value >= 1 && value <= 8;
    return is_valid ? static_cast<int>(value) : 1;
  }
  return 1;
}

// out[y,x] = in[row,column], where (row,column) is (y,x), for orientations 5 to 8 (x,y), counted from the other end as the
// table in the header says.
Image upright(Image image) {
  const int o = image.orientation;
  if (o == 1) return image;
  const bool exchanged = o >= 5;
  const bool from_last_row = o == 3 || o == 4 || o == 6 || o == 7;
  const bool from_last_column = o == 2 || o == 3 || o == 7 || o == 8;

  Image out{.height = exchanged ? image.width : image.height,
            .width = exchanged ? image.height : image.width,
            .pixels = {}};
  out.pixels.reserve(image.pixels.size());
  for (int64_t y = 0; y < out.height; ++y) {
    for (int64_t x = 0; x < out.width; ++x) {
      int64_t row = exchanged ? x : y, column = exchanged ? y : x;
      if (from_last_row) row = image.height - 1 - row;
      if (from_last_column) column = image.width - 1 - column;
      const uint8_t* pixel = &image.pixels[static_cast<size_t>((row * image.width + column) * 3)];
      out.pixels.insert(out.pixels.end(), pixel, pixel + 3);
    }
  }
  return out;
}

}  // namespace eca
