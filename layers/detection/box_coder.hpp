// The box coder: a box told as how it differs from another one, in numbers of about one size for boxes of any size.
//   tx = wx (x - xa) / wa        tw = ww log(w / wa)          x, y: the middle     w, h: the sides
//   ty = wy (y - ya) / ha        th = wh log(h / ha)          a: of the reference, an anchor or a proposal
// and back, with tw / ww and th / wh not above `largest`, so that no exp runs away:
//   x = xa + tx / wx wa          w = wa exp(tw / ww)
// Source: R-CNN, arXiv 1311.2524v5, appendix C; Faster R-CNN, arXiv 1506.01497v3, eq. 2.
#pragma once

#include <array>
#include <cmath>

#include "layers/detection/corner_box.hpp"

namespace eca {

// tx, ty, tw, th
using BoxDelta = std::array<double, 4>;

struct BoxCoder {
  // wx, wy, ww, wh. 1 for anchors; torchvision's box head has 10, 10, 5, 5 (faster_rcnn.py), which MMDetection writes as
  // target_stds 0.1, 0.1, 0.2, 0.2 (configs/_base_/models).
  BoxDelta weights = {1, 1, 1, 1};
  // torchvision's bbox_xform_clip (models/detection/_utils.py) and MMDetection's wh_ratio_clip 16/1000; the latter also keeps
  // tw and th above -log(1000/16), which is not done here.
  double largest = std::log(1000. / 16);

  // Throws Error unless both boxes have sides above 0.
  BoxDelta encode(const CornerBox& box, const CornerBox& reference) const;
  CornerBox decode(const BoxDelta& delta, const CornerBox& reference) const;
};

}  // namespace eca
