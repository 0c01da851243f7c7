// The matcher: which object each anchor or proposal shall find.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace eca {

// What stands for an object where there is none.
inline constexpr int64_t kBackground = -1;  // shall find nothing
inline constexpr int64_t kIgnored = -2;     // too near to an object for that, and too far to find it

// A candidate takes the object that it overlaps most, the first of equal ones, if their IoU is at least `high`; below `low` it is
// background. With low_quality an object gets besides the candidates that overlap it most, all that tie, however little that is:
// each of them takes the object that it overlaps most itself.
// Source: torchvision Matcher (models/detection/_utils.py) with allow_low_quality_matches. Its and MMDetection's thresholds:
//         RPN        0.7, 0.3, low quality          faster_rcnn.py; MMDetection there asks for an IoU of 0.3 (min_pos_iou)
//         box head   0.5, 0.5
//         RetinaNet  0.5, 0.4, low quality          retinanet.py
// Deviates: an object that no candidate overlaps gets none; torchvision gives every candidate that overlaps nothing an object then.
struct Matcher {
  double high, low;
  bool low_quality = false;

  // For each of the candidates an object's index, kBackground or kIgnored. ious (objects,candidates), row after row; without
  // objects all are background.
  // Throws Error unless low <= high and there are objects * candidates numbers.
  std::vector<int64_t> match(std::span<const double> ious, int64_t objects, int64_t candidates) const;
};

}  // namespace eca
