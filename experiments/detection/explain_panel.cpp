#include "experiments/detection/explain_panel.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/drawing/layout.hpp"

namespace eca {

// The part of a picture, at least a pixel of it.
static PixelBox inside(const PixelBox& box, const Picture& whole) {
  const int64_t top = std::clamp<int64_t>(box.top, 0, whole.height() - 1);
  const int64_t left = std::clamp<int64_t>(box.left, 0, whole.width() - 1);
  return {.top = top,
          .left = left,
          .height = std::clamp<int64_t>(box.top + box.height - top, 1, whole.height() - top),
          .width = std::clamp<int64_t>(box.left + box.width - left, 1, whole.width() - left)};
}

static Picture cut_out(const Picture& whole, const PixelBox& box) {
  Picture part(box.width, box.height);
  part.paste(whole, -box.left, -box.top);
  return part;
}

ExplainPanel::ExplainPanel(const Picture& whole, const PixelBox& shown, int64_t side)
    : picture_(fitted(cut_out(whole, inside(shown, whole)), side)) {
  const PixelBox box = inside(shown, whole);
  left_ = static_cast<double>(box.left);
  top_ = static_cast<double>(box.top);
  scale_ = static_cast<double>(picture_.width()) / static_cast<double>(box.width);
}

void ExplainPanel::draw_box(const CornerBox& box, const LineStyle& style) {
  const Point first = at(box.x1, box.y1), last = at(box.x2, box.y2);
  draw_line(picture_, {first, {last.x, first.y}, last, {first.x, last.y}, first}, style);
}

void ExplainPanel::draw_line_between(Point from, Point to, const LineStyle& style) {
  draw_line(picture_, {at(from.x, from.y), at(to.x, to.y)}, style);
}

void ExplainPanel::draw_dot(double x, double y, Colour colour, int64_t size) {
  const Point middle = at(x, y);
  const double half = static_cast<double>(size) / 2;
  picture_.fill(std::llround(middle.x - half), std::llround(middle.y - half), size, size, colour);
}

Picture ExplainPanel::titled(const std::string& title) const {
  return stacked({text_picture(title, std::max(picture_.width(), kPanelSide)), picture_}, 2);
}

// The middle of the step that a value lies in: few colours make small files.
static uint8_t stepped(int value, int step) {
  return static_cast<uint8_t>(std::min(255, value / step * step + step / 2));
}

// Each pixel in the colour that `of` makes of its own.
static Picture recoloured(const Image& image, Colour (*of)(const Colour&)) {
  Picture picture(image.pixels.data(), image.width, image.height, 3);
  for (int64_t y = 0; y < image.height; ++y) {
    for (int64_t x = 0; x < image.width; ++x) picture.set(x, y, of(picture.at(x, y)));
  }
  return picture;
}

Picture picture_of(const Image& image) {
  return recoloured(image, [](const Colour& c) -> Colour {
    constexpr int kStep = 16;
    return {stepped(c.r, kStep), stepped(c.g, kStep), stepped(c.b, kStep)};
  });
}

Picture faded(const Image& image) {
  return recoloured(image, [](const Colour& c) -> Colour {
    constexpr int kStep = 32;
    const auto pale = static_cast<uint8_t>(120 + stepped((c.r + c.g + c.b) / 3, kStep) / 2);
    return {pale, pale, pale};
  });
}

Picture explain_sheet(const std::vector<Picture>& panels) {
  constexpr int64_t kColumns = 2, kGap = 12;
  return with_margin(tiled(panels, kColumns, kGap), kGap);
}

}  // namespace eca
