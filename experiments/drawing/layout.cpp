#include "experiments/drawing/layout.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "experiments/drawing/text.hpp"

namespace eca {

static void check_some(const std::vector<Picture>& pictures) {
  if (pictures.empty()) throw Error("layout: no pictures, expected one");
}

Picture stacked(const std::vector<Picture>& pictures, int64_t gap) {
  check_some(pictures);
  int64_t width = 0, height = -gap;
  for (const Picture& picture : pictures) {
    width = std::max(width, picture.width());
    height += picture.height() + gap;
  }
  Picture all(width, height, kPaper);
  int64_t y = 0;
  for (const Picture& picture : pictures) {
    all.paste(picture, 0, y);
    y += picture.height() + gap;
  }
  return all;
}

Picture tiled(const std::vector<Picture>& pictures, int64_t columns, int64_t gap) {
  check_some(pictures);
  int64_t width = 0, height = 0;
  for (const Picture& picture : pictures) {
    width = std::max(width, picture.width());
    height = std::max(height, picture.height());
  }
  const int64_t count = std::ssize(pictures), rows = (count + columns - 1) / columns;
  Picture all(std::min(columns, count) * (width + gap) - gap, rows * (height + gap) - gap, kPaper);
  for (int64_t i = 0; i < count; ++i)
    all.paste(pictures[static_cast<size_t>(i)], i % columns * (width + gap), i / columns * (height + gap));
  return all;
}

Picture with_margin(const Picture& picture, int64_t margin) {
  Picture all(picture.width() + 2 * margin, picture.height() + 2 * margin, kPaper);
  all.paste(picture, margin, margin);
  return all;
}

Picture text_picture(const std::string& text, int64_t width, Colour colour, int64_t size) {
  const std::string fitting = shortened(text, width, size);
  Picture picture(std::max<int64_t>(1, text_width(fitting, size)), text_height(size), kPaper);
  draw_text(picture, 0, size, fitting, colour, size);
  return picture;
}

}  // namespace eca
