// Anchors: the boxes that a detector's outputs are measured from, the same around every place of a map.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "layers/detection/corner_box.hpp"

namespace eca {

// The shapes at one place: every ratio in turn, with every size in turn. A box of size s and ratio r = height / width has the area
// s^2:
//   height = s sqrt(r)     width = s / sqrt(r)
// and its corners are rounded to whole pixels, halves to even, where `rounded`.
//
// Source: torchvision AnchorGenerator (models/detection/anchor_utils.py), which rounds. Its detectors on an FPN have one size a
//         level, 32, 64, 128, 256, 512 (faster_rcnn.py), and RetinaNet three, s, int(s 2^(1/3)), int(s 2^(2/3)) (retinanet.py).
//         MMDetection's AnchorGenerator does not round; its sizes are 8 times the stride, with RetinaNet 4 times it, and that
//         times 2^(1/3) and 2^(2/3) (configs/_base_/models).
struct AnchorShapes {
  std::vector<double> sizes;
  std::vector<double> ratios = {0.5, 1, 2};
  bool rounded = true;
};

// The boxes of those shapes around (0,0).
// Throws Error if a size or ratio is not above 0, or there is none.
std::vector<CornerBox> anchors_at_origin(const AnchorShapes& shapes);

// A map of height x width places; from each to the next it is so many pixels of the image.
struct AnchorGrid {
  int64_t height, width;
  double stride_y, stride_x;
};

// The anchors of a map, place after place in row order, all shapes at a place: the order of a head's outputs (height,width,A). The
// place (i,j) is the pixel corner (i stride_y, j stride_x), as in both sources.
std::vector<CornerBox> anchors_of_map(std::span<const CornerBox> at_origin, const AnchorGrid& grid);

}  // namespace eca
