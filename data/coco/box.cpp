#include "data/coco/box.hpp"

#include <algorithm>

#include "data/coco/rounded_product.hpp"

namespace eca {

double box_iou(const Box& detection, const Box& truth, bool crowd) {
  const double width =
      std::min(detection.x + detection.width, truth.x + truth.width) - std::max(detection.x, truth.x);
  const double height =
      std::min(detection.y + detection.height, truth.y + truth.height) - std::max(detection.y, truth.y);
  if (width <= 0 || height <= 0) return 0;
  const double intersection = rounded_product(width, height);
  const double area = rounded_product(detection.width, detection.height);
  if (crowd) return intersection / area;
  return intersection / (area + rounded_product(truth.width, truth.height) - intersection);
}

}  // namespace eca
