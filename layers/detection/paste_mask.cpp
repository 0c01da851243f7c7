#include "layers/detection/paste_mask.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.hpp"

namespace eca {

namespace {

// Of `pixels` pixels in the image from `first` on, each between two numbers of the padded mask.
struct PasteAxis {
  struct Place {
    int64_t below, above;
    double share;  // of the one above
  };
  int64_t first = 0;
  std::vector<Place> places;
};

// `from` and `to`: the enlarged box's, in whole pixels. numbers: of the padded mask.
PasteAxis paste_axis(int64_t from, int64_t to, int64_t numbers, int64_t pixels_of_image) {
  const int64_t pixels = std::max<int64_t>(to - from + 1, 1);
  PasteAxis axis;
  axis.first = std::clamp<int64_t>(from, 0, pixels_of_image);
  const int64_t last = std::min(from + pixels, pixels_of_image);
  const double step = static_cast<double>(numbers) / static_cast<double>(pixels);
  for (int64_t i = axis.first; i < last; ++i) {
    const double at = std::max(0., (static_cast<double>(i - from) + 0.5) * step - 0.5);
    const auto below = static_cast<int64_t>(at);
    axis.places.push_back({below, std::min(below + 1, numbers - 1), at - static_cast<double>(below)});
  }
  return axis;
}

}  // namespace

static void check_paste_mask(std::span<const float> mask, int64_t M, const CornerBox& box, int64_t height,
                             int64_t width) {
  if (M < 1 || std::ssize(mask) != M * M || height < 1 || width < 1) {
    throw Error("paste_mask: " + std::to_string(mask.size()) + " numbers of a mask of " + std::to_string(M) +
                "x" + std::to_string(M) + " in an image of " + std::to_string(height) + "x" +
                std::to_string(width));
  }
  constexpr double kMost = 1 << 20;
  for (const double corner : {box.x1, box.y1, box.x2, box.y2}) {
    if (std::abs(corner) <= kMost) continue;
    throw Error("paste_mask: a box with a corner at " + std::to_string(corner) +
                ", expected within 2^20 pixels");
  }
}

std::vector<float> paste_mask(std::span<const float> mask, int64_t M, const CornerBox& box, int64_t height,
                              int64_t width) {
  check_paste_mask(mask, M, box, height, width);
  const int64_t numbers = M + 2;
  const auto padded = [&](int64_t i, int64_t j) {
    const bool rim = i == 0 || j == 0 || i == M + 1 || j == M + 1;
    return rim ? 0. : static_cast<double>(mask[static_cast<size_t>((i - 1) * M + j - 1)]);
  };
  const auto axis = [&](double from, double to, int64_t pixels) {
    const double rim = (to - from) / static_cast<double>(M);
    return paste_axis(static_cast<int64_t>(from - rim), static_cast<int64_t>(to + rim), numbers, pixels);
  };
  const PasteAxis rows = axis(box.y1, box.y2, height);
  const PasteAxis columns = axis(box.x1, box.x2, width);
  std::vector<float> image(static_cast<size_t>(height * width), 0.f);
  for (size_t i = 0; i < rows.places.size(); ++i) {
    const auto [top, bottom, down] = rows.places[i];
    float* row = image.data() + (rows.first + static_cast<int64_t>(i)) * width + columns.first;
    for (size_t j = 0; j < columns.places.size(); ++j) {
      const auto [left, right, along] = columns.places[j];
      const double above = (1 - along) * padded(top, left) + along * padded(top, right);
      const double below = (1 - along) * padded(bottom, left) + along * padded(bottom, right);
      row[j] = static_cast<float>((1 - down) * above + down * below);
    }
  }
  return image;
}

}  // namespace eca
