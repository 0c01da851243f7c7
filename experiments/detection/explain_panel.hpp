// An image to draw on in its own pixels: pixel (x,y) covers x to x + 1 and y to y + 1.
#pragma once

#include <string>

#include "data/images/image.hpp"
#include "experiments/drawing/line.hpp"
#include "experiments/drawing/picture.hpp"
#include "layers/detection/corner_box.hpp"

namespace eca {

// Of the longer side of a panel, at most.
inline constexpr int64_t kPanelSide = 384;

class ExplainPanel {
 public:
  // Of a picture the part `shown`, cut at its edges, fitted into a square of `side` pixels, see fitted().
  ExplainPanel(const Picture& whole, const PixelBox& shown, int64_t side = kPanelSide);
  // All of it.
  explicit ExplainPanel(const Picture& whole, int64_t side = kPanelSide)
      : ExplainPanel(whole, {.height = whole.height(), .width = whole.width()}, side) {}

  // Where a place of the whole picture lies on this one.
  Point at(double x, double y) const { return {(x - left_) * scale_, (y - top_) * scale_}; }
  double scale() const { return scale_; }

  void draw_box(const CornerBox& box, const LineStyle& style);
  void draw_line_between(Point from, Point to, const LineStyle& style);
  // A square of `size` pixels of the panel.
  void draw_dot(double x, double y, Colour colour, int64_t size);

  const Picture& picture() const { return picture_; }
  // With a line of text above.
  Picture titled(const std::string& title) const;

 private:
  Picture picture_;
  double left_, top_, scale_;
};

// In fewer colours.
Picture picture_of(const Image& image);
// In few greys, and pale, so that lines on it can be seen.
Picture faded(const Image& image);

// Beside each other, two in a row.
Picture explain_sheet(const std::vector<Picture>& panels);

}  // namespace eca
