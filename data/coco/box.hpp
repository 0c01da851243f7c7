// A box as COCO writes it: left, top, width, height in pixels, of any fraction. The pixel in column i covers i to i + 1.
#pragma once

namespace eca {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;

  double area() const { return width * height; }

  friend bool operator==(const Box&, const Box&) = default;
};

//   IoU = intersection / (area(detection) + area(truth) - intersection)
// and where the truth is a crowd, of which a detection may be any part,
//   IoU = intersection / area(detection)
// 0 where they do not overlap. To the last bit what pycocotools computes.
double box_iou(const Box& detection, const Box& truth, bool crowd = false);

}  // namespace eca
