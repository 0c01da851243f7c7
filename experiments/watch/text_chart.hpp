// Curves with axes, in a terminal. Each curve is named at its end, so that they can be told apart without colours.
#pragma once

#include <string>
#include <vector>

#include "experiments/watch/text_screen.hpp"

namespace eca {

struct TextPoint {
  double x, y;
};

struct TextCurve {
  std::string name;
  std::vector<TextPoint> points;  // from left to right, finite; may be none
  size_t ink = 0;                 // for curve_ink
};

struct TextChart {
  std::string title;
  std::vector<TextCurve> curves;
  double least = 0, most = 1e300;  // the vertical axis does not go beyond
  const char* pattern = "%.4f";    // of the last values
};

struct ScreenArea {
  int column, row, columns, rows;
};

// The title in the first row, the curves below it, and in the last row the numbers of the horizontal axis. An area of less than
// 4 rows or 20 columns stays empty.
void draw_chart(TextScreen& screen, const TextChart& chart, const ScreenArea& area, bool ascii);

}  // namespace eca
