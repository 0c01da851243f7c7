#include "experiments/drawing/text.hpp"

#include <stb/stb_easy_font.h>

#include <array>
#include <cmath>
#include <vector>

namespace eca {

// A question mark for each letter that is not ASCII; UTF-8's further bytes are 10xxxxxx.
static std::string printable(const std::string& text) {
  std::string ascii;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0) == 0x80) continue;
    ascii += byte >= 32 && byte < 127 ? letter : '?';
  }
  return ascii;
}

static int64_t scaled(float place, int64_t size) { return std::lround(place * static_cast<float>(size)); }

// Between letters; half a stroke closer than the font has it.
static constexpr float kSpacing = -0.5F;

void draw_text(Picture& picture, int64_t x, int64_t y, const std::string& text, Colour colour, int64_t size) {
  struct Corner {  // as stb_easy_font writes it
    float x, y, z;
    unsigned char colour[4];
  };
  std::string letters = printable(text);
  std::vector<std::array<Corner, 4>> boxes(30 * letters.size() + 1);
  stb_easy_font_spacing(kSpacing);
  const int count = stb_easy_font_print(0, 0, letters.data(), nullptr, boxes.data(),
                                        static_cast<int>(boxes.size() * sizeof boxes[0]));
  for (int i = 0; i < count; ++i) {
    const Corner& low = boxes[static_cast<size_t>(i)][0];
    const Corner& high = boxes[static_cast<size_t>(i)][2];
    const int64_t left = scaled(low.x, size), top = scaled(low.y, size);
    picture.fill(x + left, y + top, scaled(high.x, size) - left, scaled(high.y, size) - top, colour);
  }
}

int64_t text_width(const std::string& text, int64_t size) {
  std::string letters = printable(text);
  stb_easy_font_spacing(kSpacing);
  return size * stb_easy_font_width(letters.data());
}

std::string shortened(const std::string& text, int64_t width, int64_t size) {
  if (text_width(text, size) <= width) return text;
  std::string letters = printable(text);
  while (!letters.empty() && text_width(letters + "..", size) > width) letters.pop_back();
  return letters + "..";
}

}  // namespace eca
