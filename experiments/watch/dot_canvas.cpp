#include "experiments/watch/dot_canvas.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

DotCanvas::DotCanvas(int columns, int rows, bool ascii)
    : columns_(std::max(columns, 0)),
      rows_(std::max(rows, 0)),
      ascii_(ascii),
      across_(ascii ? 1 : 2),
      down_(ascii ? 1 : 4),
      fields_(static_cast<size_t>(columns_) * static_cast<size_t>(rows_)) {}

// Bits of U+2800 + bits: the dots were numbered when there were six, column by column, and then got a fourth row.
static unsigned bit_of(int x, int y) {
  static constexpr unsigned kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  return kBits[y][x];
}

void DotCanvas::dot(int x, int y, size_t curve) {
  if (x < 0 || y < 0 || x >= width() || y >= height()) return;
  const int column = x / across_, row = y / down_;
  Field& field =
      fields_[static_cast<size_t>(row) * static_cast<size_t>(columns_) + static_cast<size_t>(column)];
  field.dots |= ascii_ ? 1U : bit_of(x % across_, y % down_);
  field.curve = curve;
}

void DotCanvas::line(int x0, int y0, int x1, int y1, size_t curve) {
  const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    dot(static_cast<int>(std::lround(x0 + share * (x1 - x0))),
        static_cast<int>(std::lround(y0 + share * (y1 - y0))), curve);
  }
}

static std::string braille(unsigned dots) {
  return {'\xE2', static_cast<char>(0xA0 | dots >> 6), static_cast<char>(0x80 | (dots & 0x3F))};
}

void DotCanvas::draw(TextScreen& screen, int column, int row) const {
  static constexpr char kSigns[] = {'*', 'o', 'x', '+', '#', '@'};
  for (int y = 0; y < rows_; ++y) {
    for (int x = 0; x < columns_; ++x) {
      const Field& field =
          fields_[static_cast<size_t>(y) * static_cast<size_t>(columns_) + static_cast<size_t>(x)];
      if (field.dots == 0) continue;
      screen.put(column + x, row + y,
                 ascii_ ? std::string(1, kSigns[field.curve % sizeof kSigns]) : braille(field.dots),
                 curve_ink(field.curve));
    }
  }
}

}  // namespace eca
