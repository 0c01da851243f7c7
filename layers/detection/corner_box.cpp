#include "layers/detection/corner_box.hpp"

#include <algorithm>

namespace eca {

double iou(const CornerBox& a, const CornerBox& b) {
  const double width = std::max(0., std::min(a.x2, b.x2) - std::max(a.x1, b.x1));
  const double height = std::max(0., std::min(a.y2, b.y2) - std::max(a.y1, b.y1));
  const double both = width * height;
  const double either = a.area() + b.area() - both;
  return both == 0 ? 0 : both / either;
}

std::vector<double> iou_matrix(std::span<const CornerBox> a, std::span<const CornerBox> b) {
  std::vector<double> matrix;
  matrix.reserve(a.size() * b.size());
  for (const CornerBox& row : a) {
    for (const CornerBox& column : b) matrix.push_back(iou(row, column));
  }
  return matrix;
}

CornerBox clipped(const CornerBox& box, double height, double width) {
  return {.x1 = std::clamp(box.x1, 0., width),
          .y1 = std::clamp(box.y1, 0., height),
          .x2 = std::clamp(box.x2, 0., width),
          .y2 = std::clamp(box.y2, 0., height)};
}

std::vector<int64_t> boxes_of_size(std::span<const CornerBox> boxes, double min_size) {
  std::vector<int64_t> kept;
  for (size_t i = 0; i < boxes.size(); ++i) {
    if (boxes[i].width() >= min_size && boxes[i].height() >= min_size)
      kept.push_back(static_cast<int64_t>(i));
  }
  return kept;
}

}  // namespace eca
