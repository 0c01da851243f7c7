// Boxes by their corners, in pixels of any fraction: the pixel in column i covers i to i + 1. Differs from COCO's left, top, width,
// height (data/coco/box.hpp) as what networks compute with does everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace eca {

struct CornerBox {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;

  double width() const { return x2 - x1; }
  double height() const { return y2 - y1; }
  double area() const { return width() * height(); }
  double center_x() const { return x1 + width() / 2; }
  double center_y() const { return y1 + height() / 2; }

  friend bool operator==(const CornerBox&, const CornerBox&) = default;
};

//   IoU = intersection / (area(a) + area(b) - intersection)
// Source: torchvision.ops.box_iou.  Deviates: 0 where both boxes are empty, for which torchvision's is NaN.
double iou(const CornerBox& a, const CornerBox& b);

// iou(a[i], b[j]) of all pairs, row after row: (A,B).
std::vector<double> iou_matrix(std::span<const CornerBox> a, std::span<const CornerBox> b);

// The part of a box inside an image of that size. Source: torchvision.ops.clip_boxes_to_image.
CornerBox clipped(const CornerBox& box, double height, double width);

// The indices of the boxes of which both sides are at least min_size. Source: torchvision.ops.remove_small_boxes; its detectors ask
// for 1e-3 of proposals and 1e-2 of detections (models/detection/rpn.py, roi_heads.py).
std::vector<int64_t> boxes_of_size(std::span<const CornerBox> boxes, double min_size);

}  // namespace eca
