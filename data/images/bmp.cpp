#include "data/images/bmp.hpp"

#include <array>
#include <bit>

#include "data/images/byte_reader.hpp"

namespace eca {

using Colour = std::array<uint8_t, 3>;  // red, green, blue

struct BmpHeader {
  size_t pixels_at = 0;
  size_t info_size = 0;
  int64_t width = 0, height = 0;
  bool from_top = false;
  uint32_t bits = 0;     // a pixel
  uint32_t colours = 0;  // in the palette
  std::array<uint32_t, 3> masks{};
};

enum BmpCompression : uint32_t { kNone = 0, kMasks = 3, kMasksWithAlpha = 6 };

static void read_masks(ByteReader& in, uint32_t compression, BmpHeader& header) {
  if (compression == kMasks || compression == kMasksWithAlpha) {
    if (header.bits != 16 && header.bits != 32) in.refuse("masks need 16 or 32 bits a pixel");
    for (uint32_t& mask : header.masks) mask = in.little(4);
    for (const uint32_t mask : header.masks) {
      if (mask == 0) in.refuse("a mask is 0");
    }
  } else if (header.bits == 16) {
    header.masks = {0x7C00, 0x03E0, 0x001F};
  } else {
    header.masks = {0xFF0000, 0x00FF00, 0x0000FF};
  }
}

static BmpHeader read_bmp_header(ByteReader& in) {
  BmpHeader header;
  in.take(10);
  header.pixels_at = in.little(4);
  header.info_size = in.little(4);
  const bool is_old = header.info_size == 12;
  if (!is_old && header.info_size < 40) {
    in.refuse("its header has " + std::to_string(header.info_size) + " bytes, expected 12 or at least 40");
  }
  const size_t extent_size = is_old ? 2 : 4;
  header.width = static_cast<int32_t>(in.little(extent_size));
  header.height = static_cast<int32_t>(in.little(extent_size));
  header.from_top = header.height < 0;
  if (header.from_top) header.height = -header.height;
  in.take(2);
  header.bits = in.little(2);
  const uint32_t bits = header.bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    in.refuse(std::to_string(bits) + " bits a pixel, expected 1, 4, 8, 16, 24 or 32");
  }
  uint32_t compression = kNone;
  if (!is_old) {
    compression = in.little(4);
    if (compression != kNone && compression != kMasks && compression != kMasksWithAlpha) {
      in.refuse("it is compressed (" + std::to_string(compression) + "); convert it to PNG");
    }
    in.take(12);  // size of the pixels, resolution
    header.colours = in.little(4);
    in.take(4);
  }
  read_masks(in, compression, header);
  if (bits <= 8 && header.colours == 0) header.colours = 1u << bits;
  if (bits <= 8 && header.colours > 1u << bits) {
    in.refuse("its palette has " + std::to_string(header.colours) + " colours, more than " +
              std::to_string(bits) + " bits can choose from");
  }
  return header;
}

static std::vector<Colour> read_palette(ByteReader& in, const BmpHeader& header) {
  std::vector<Colour> palette;
  for (uint32_t i = 0; i < header.colours; ++i) {
    const auto entry = in.take(header.info_size == 12 ? 3 : 4);
    palette.push_back({entry[2], entry[1], entry[0]});
  }
  return palette;
}

// The bits of the mask as a number of 8 bits.
static uint8_t channel(uint32_t pixel, uint32_t mask) {
  const int shift = std::countr_zero(mask);
  return static_cast<uint8_t>(uint64_t{(pixel & mask) >> shift} * 255 / (mask >> shift));
}

static Colour read_pixel(ByteReader& in, const BmpHeader& header, const std::vector<Colour>& palette,
                         std::span<const uint8_t> row, size_t x) {
  if (header.bits <= 8) {
    const size_t bit = x * header.bits;
    const unsigned index = row[bit / 8] >> (8 - header.bits - bit % 8) & ((1u << header.bits) - 1);
    if (index >= palette.size()) {
      in.refuse("a pixel has colour " + std::to_string(index) + " of a palette of " +
                std::to_string(palette.size()));
    }
    return palette[index];
  }
  uint32_t pixel = 0;
  for (size_t size = header.bits / 8, i = size; i-- > 0;) pixel = pixel << 8 | row[x * size + i];
  return {channel(pixel, header.masks[0]), channel(pixel, header.masks[1]), channel(pixel, header.masks[2])};
}

Image decode_bmp(const std::string& path, std::span<const uint8_t> bytes) {
  ByteReader in(path, "BMP", bytes);
  const BmpHeader header = read_bmp_header(in);
  Image image = make_image(path, header.height, header.width, bytes.size());

  std::vector<Colour> palette;
  if (header.bits <= 8) {
    ByteReader at_palette(path, "BMP", bytes);
    at_palette.take(14 + header.info_size);
    palette = read_palette(at_palette, header);
  }
  ByteReader pixels(path, "BMP", bytes);
  pixels.take(header.pixels_at);
  const size_t row_bytes = (static_cast<size_t>(header.width) * header.bits + 31) / 32 * 4;
  for (int64_t i = 0; i < header.height; ++i) {
    const int64_t y = header.from_top ? i : header.height - 1 - i;
    const std::span<const uint8_t> row = pixels.take(row_bytes);
    uint8_t* out = &image.pixels[static_cast<size_t>(y * header.width * 3)];
    for (int64_t x = 0; x < header.width; ++x) {
      const Colour colour = read_pixel(in, header, palette, row, static_cast<size_t>(x));
      for (const uint8_t value : colour) *out++ = value;
    }
  }
  return image;
}

}  // namespace eca
