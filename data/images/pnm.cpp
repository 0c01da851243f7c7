#include "data/images/pnm.hpp"

#include <algorithm>

#include "data/images/byte_reader.hpp"

namespace eca {

static bool is_blank(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A number of the header, with the blanks and comments before it and one blank behind it.
static int64_t read_number(ByteReader& in, const char* what) {
  uint8_t c = in.u8();
  while (is_blank(c) || c == '#') {
    if (c == '#') {
      while (c != '\n' && c != '\r') c = in.u8();
    }
    c = in.u8();
  }
  int64_t value = 0;
  int digits = 0;
  for (; c >= '0' && c <= '9'; c = in.u8()) {
    if (++digits > 9) in.refuse(std::string(what) + ": too large");
    value = value * 10 + (c - '0');
  }
  if (digits == 0 || !is_blank(c)) in.refuse(std::string(what) + ": expected a number and a blank");
  return value;
}

Image decode_pnm(const std::string& path, std::span<const uint8_t> bytes) {
  const bool is_grey = bytes[1] == '5';
  ByteReader in(path, is_grey ? "PGM" : "PPM", bytes);
  in.take(2);
  const int64_t width = read_number(in, "width"), height = read_number(in, "height");
  const int64_t largest = read_number(in, "largest value");
  if (largest < 1 || largest > 65535)
    in.refuse("largest value: expected 1..65535, found " + std::to_string(largest));
  Image image = make_image(path, height, width, bytes.size());

  const size_t size = largest > 255 ? 2 : 1;
  const std::span<const uint8_t> values = in.take(image.pixels.size() / (is_grey ? 3 : 1) * size);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const uint8_t* value = &values[(is_grey ? i / 3 : i) * size];
    const int64_t v = size == 1 ? value[0] : value[0] << 8 | value[1];
    image.pixels[i] = static_cast<uint8_t>(std::min<int64_t>(255, (v * 255 + largest / 2) / largest));
  }
  return image;
}

}  // namespace eca
