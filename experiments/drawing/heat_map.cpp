#include "experiments/drawing/heat_map.hpp"

#include <algorithm>

#include "experiments/drawing/colour_map.hpp"

namespace eca {

static double share_of(double value, double most) {
  return most > 0 ? std::clamp(value / most, 0.0, 1.0) : 0;
}

// ITU-R BT.601
static Colour grey(Colour c) {
  const auto luma = static_cast<uint8_t>(0.299 * c.r + 0.587 * c.g + 0.114 * c.b);
  return {luma, luma, luma};
}

Picture heat_over(const Picture& image, const std::vector<double>& values, double most) {
  Picture picture(image.width(), image.height());
  for (int64_t y = 0; y < image.height(); ++y) {
    for (int64_t x = 0; x < image.width(); ++x) {
      const double share = share_of(values[static_cast<size_t>(y * image.width() + x)], most);
      picture.set(x, y, mixed(grey(image.at(x, y)), heat_colour(share), most > 0 ? 0.35 + 0.35 * share : 0));
    }
  }
  return picture;
}

Picture heat_picture(const std::vector<double>& values, int64_t width, int64_t height, double most) {
  Picture picture(width, height);
  for (int64_t i = 0; i < width * height; ++i)
    picture.set(i % width, i / width, heat_colour(share_of(values[static_cast<size_t>(i)], most)));
  return picture;
}

Picture signed_picture(const std::vector<double>& values, int64_t width, int64_t height, double most) {
  Picture picture(width, height);
  for (int64_t i = 0; i < width * height; ++i)
    picture.set(i % width, i / width, signed_colour(most > 0 ? values[static_cast<size_t>(i)] / most : 0));
  return picture;
}

Picture heat_scale(int64_t width, int64_t height) {
  Picture picture(width, height);
  for (int64_t x = 0; x < width; ++x)
    picture.fill(x, 0, 1, height,
                 heat_colour(static_cast<double>(x) / static_cast<double>(std::max<int64_t>(width - 1, 1))));
  return picture;
}

}  // namespace eca
