// Non-maximum suppression: of boxes that overlap, the one with the highest score stays.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "layers/detection/corner_box.hpp"

namespace eca {

// From the highest score down, each box stays unless one that stays has an IoU with it above `threshold`; until there are `most`. The
// indices of those that stay, from the highest score down; of equal scores the lower index comes first.
// `groups`: a number for each box, such as its class or its level; boxes of other groups are left alone. None: all are of one.
// Source: torchvision.ops.nms and batched_nms, whose order among equal scores is not promised. Thresholds: 0.7 of the RPN, 0.5 of
//         what a detector puts out (faster_rcnn.py and retinanet.py; MMDetection's configs/_base_/models).
// Throws Error unless there are as many scores and, where given, groups as boxes, and no score is NaN.
std::vector<int64_t> nms(std::span<const CornerBox> boxes, std::span<const double> scores, double threshold,
                         std::span<const int32_t> groups = {},
                         int64_t most = std::numeric_limits<int64_t>::max());

}  // namespace eca
