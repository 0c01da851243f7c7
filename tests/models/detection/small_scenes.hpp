// Targets for tests of detectors.
#pragma once

#include <cstdint>
#include <vector>

#include "layers/detection/corner_box.hpp"

namespace eca::test {

// The mask of an ellipse that fills a box, in an image of that size: (height,width).
inline std::vector<uint8_t> ellipse(const CornerBox& box, int64_t height, int64_t width) {
  std::vector<uint8_t> mask;
  for (int64_t i = 0; i < height; ++i) {
    for (int64_t j = 0; j < width; ++j) {
      const double dy = (2 * (static_cast<double>(i) + 0.5) - box.y1 - box.y2) * box.width();
      const double dx = (2 * (static_cast<double>(j) + 0.5) - box.x1 - box.x2) * box.height();
      mask.push_back(dx * dx + dy * dy <= box.area() * box.area() ? 1 : 0);
    }
  }
  return mask;
}

}  // namespace eca::test
