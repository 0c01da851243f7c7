// Curves made of dots, as letters.
#pragma once

#include <vector>

#include "experiments/watch/text_screen.hpp"

namespace eca {

// A letter is a field of 2x4 dots, one of the 256 braille patterns of Unicode (U+2800 and on). In ASCII it is one dot, with
// another sign for each curve.
class DotCanvas {
 public:
  DotCanvas(int columns, int rows, bool ascii);

  int width() const { return columns_ * across_; }  // dots
  int height() const { return rows_ * down_; }
  // A straight line of dots from (x0,y0) to (x1,y1), ends included, (0,0) at the upper left. What lies outside is not drawn.
  void line(int x0, int y0, int x1, int y1, size_t curve);
  // Onto a screen, with the upper left letter at (column,row). Where curves meet the letter has the colour of the last.
  void draw(TextScreen& screen, int column, int row) const;

 private:
  struct Field {
    unsigned dots = 0;  // a bit each
    size_t curve = 0;
  };
  void dot(int x, int y, size_t curve);

  int columns_, rows_;
  bool ascii_;
  int across_, down_;  // dots of a letter
  std::vector<Field> fields_;
};

}  // namespace eca
