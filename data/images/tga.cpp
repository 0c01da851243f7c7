#include "data/images/tga.hpp"

#include <array>

#include "data/images/byte_reader.hpp"

namespace eca {

using Colour = std::array<uint8_t, 3>;  // red, green, blue

struct TgaHeader {
  uint8_t text_size = 0, type = 0;  // type without the 8 that says "in runs"
  bool in_runs = false;
  uint32_t palette_first = 0, palette_entries = 0, palette_bits = 0;
  int64_t width = 0, height = 0;
  uint32_t bits = 0;
  bool from_right = false, from_top = false;
};

enum TgaType : uint8_t { kPalette = 1, kColour = 2, kGrey = 3 };

static bool is_colour_size(uint32_t bits) { return bits == 15 || bits == 16 || bits == 24 || bits == 32; }

static TgaHeader read_tga_header(ByteReader& in) {
  TgaHeader header;
  header.text_size = in.u8();
  const uint8_t has_palette = in.u8(), type = in.u8();
  header.in_runs = type >= 8;
  header.type = header.in_runs ? type - 8 : type;
  header.palette_first = in.little(2);
  header.palette_entries = in.little(2);
  header.palette_bits = in.u8();
  in.take(4);
  header.width = in.little(2);
  header.height = in.little(2);
  header.bits = in.u8();
  const uint8_t descriptor = in.u8();
  header.from_right = (descriptor & 16) != 0;
  header.from_top = (descriptor & 32) != 0;

  if (has_palette > 1 || header.type < kPalette || header.type > kGrey) {
    in.refuse("type " + std::to_string(type) + ", expected 1, 2, 3, 9, 10 or 11");
  }
  if (header.type == kPalette && (has_palette == 0 || !is_colour_size(header.palette_bits))) {
    in.refuse("expected a palette of colours of 15, 16, 24 or 32 bits");
  }
  const bool fits = header.type == kColour ? is_colour_size(header.bits) : header.bits == 8;
  if (!fits) in.refuse(std::to_string(header.bits) + " bits a pixel do not fit type " + std::to_string(type));
  return header;
}

// 15 and 16 bits: five each of red, green, blue, from bit 14 down. 24 and 32: blue, green, red, and transparency.
static Colour read_colour(ByteReader& in, uint32_t bits) {
  if (bits > 16) {
    const auto bgr = in.take(bits / 8);
    return {bgr[2], bgr[1], bgr[0]};
  }
  const uint32_t pixel = in.little(2);
  const auto five = [&](int shift) { return static_cast<uint8_t>((pixel >> shift & 31) * 255 / 31); };
  return {five(10), five(5), five(0)};
}

static std::vector<Colour> read_palette(ByteReader& in, const TgaHeader& header) {
  std::vector<Colour> palette;
  for (uint32_t i = 0; i < header.palette_entries; ++i)
    palette.push_back(read_colour(in, header.palette_bits));
  return palette;
}

static Colour read_pixel(ByteReader& in, const TgaHeader& header, const std::vector<Colour>& palette) {
  if (header.type == kColour) return read_colour(in, header.bits);
  const uint8_t value = in.u8();
  if (header.type == kGrey) return {value, value, value};
  if (value < header.palette_first || value - header.palette_first >= palette.size()) {
    in.refuse("a pixel has colour " + std::to_string(value) + " of a palette that ends before it");
  }
  return palette[value - header.palette_first];
}

Image decode_tga(const std::string& path, std::span<const uint8_t> bytes) {
  ByteReader in(path, "TGA", bytes);
  const TgaHeader header = read_tga_header(in);
  Image image = make_image(path, header.height, header.width, bytes.size());
  in.take(header.text_size);
  std::vector<Colour> palette;
  if (header.palette_bits > 0 && header.type == kPalette) palette = read_palette(in, header);

  // A run begins with a byte: above 127, one pixel stands for (byte - 127) of them; else byte + 1 pixels follow.
  int run_left = 0;
  bool repeats = false;
  Colour colour{};
  for (int64_t i = 0; i < header.width * header.height; ++i) {
    const bool begins = run_left == 0;
    if (header.in_runs && begins) {
      const uint8_t run = in.u8();
      repeats = run > 127;
      run_left = (run & 127) + 1;
    }
    if (!repeats || begins) colour = read_pixel(in, header, palette);
    if (header.in_runs) --run_left;
    const int64_t row = i / header.width, column = i % header.width;
    const int64_t y = header.from_top ? row : header.height - 1 - row;
    const int64_t x = header.from_right ? header.width - 1 - column : column;
    for (size_t c = 0; c < 3; ++c)
      image.pixels[static_cast<size_t>((y * header.width + x) * 3) + c] = colour[c];
  }
  return image;
}

}  // namespace eca
