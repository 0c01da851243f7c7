#include "layers/detection/anchors.hpp"

#include <cmath>
#include <string>

#include "core/base/error.hpp"

namespace eca {

static void check_anchor_values(const char* what, const std::vector<double>& values) {
  if (values.empty()) throw Error(std::string("anchors: no ") + what + ", expected at least one");
  for (const double value : values) {
    if (std::isfinite(value) && value > 0) continue;
    throw Error("anchors: " + std::string(what) + " " + std::to_string(value) +
                ", expected a number above 0");
  }
}

std::vector<CornerBox> anchors_at_origin(const AnchorShapes& shapes) {
  check_anchor_values("size", shapes.sizes);
  check_anchor_values("ratio", shapes.ratios);
  std::vector<CornerBox> boxes;
  for (const double ratio : shapes.ratios) {
    for (const double size : shapes.sizes) {
      double x = size / std::sqrt(ratio) / 2, y = size * std::sqrt(ratio) / 2;
      if (shapes.rounded) {
        x = std::nearbyint(x);
        y = std::nearbyint(y);
      }
      boxes.push_back({-x, -y, x, y});
    }
  }
  return boxes;
}

std::vector<CornerBox> anchors_of_map(std::span<const CornerBox> at_origin, const AnchorGrid& grid) {
  std::vector<CornerBox> anchors;
  for (int64_t i = 0; i < grid.height; ++i) {
    for (int64_t j = 0; j < grid.width; ++j) {
      const double x = static_cast<double>(j) * grid.stride_x, y = static_cast<double>(i) * grid.stride_y;
      for (const CornerBox& box : at_origin) {
        anchors.push_back({box.x1 + x, box.y1 + y, box.x2 + x, box.y2 + y});
      }
    }
  }
  return anchors;
}

}  // namespace eca
