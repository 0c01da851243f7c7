// Smooth lines in pictures.
#pragma once

#include <string>
#include <vector>

#include "experiments/drawing/picture.hpp"

namespace eca {

// Pixel (x,y) covers x to x+1 and y to y+1.
struct Point {
  double x, y;
};

struct LineStyle {
  Colour colour = kInk;
  double width = 1.5;  // pixels
  bool dashed = false;
};

// From point to point. A pixel takes as much of the colour as the line covers of it, by the distance d of its centre:
//   share = clamp(width / 2 + 1/2 - d, 0, 1)
// the largest of all pieces, so that corners are no darker than the rest.
void draw_line(Picture& picture, const std::vector<Point>& points, const LineStyle& style);

// "#4477aa"; "currentColor" is kInk. Throws Error.
Colour parse_colour(const std::string& text);

}  // namespace eca
