// Losses of detectors. Each takes values x and what they shall be, t, of one shape whose first axis counts images (or regions), and
// gives one number:
//   loss = 1/divisor sum_i w[i] f(x[i], t[i])
// w, of that shape too, chooses and weighs elements: 0 leaves one out, whatever is in it. Undefined: 1 everywhere. No gradient goes
// to t and w. What detectors divide by is a count, of the images, of the objects found or of what was sampled, or 1.
//
// All throw ShapeError unless x, t and w have one shape with an axis, Error unless divisor is a number above 0.
#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// f = -t log p - (1-t) log(1-p), p = sigmoid(x): F.binary_cross_entropy_with_logits. t from 0 to 1.
Tensor sigmoid_cross_entropy(const Tensor& x, const Tensor& t, const Tensor& w, double divisor);

// Source of the defaults: torchvision.ops.sigmoid_focal_loss, which MMDetection's RetinaNet gives too (alpha 0.25, gamma 2.0). The
// sum is divided by the objects that anchors were matched with, at least 1 (retinanet.py: of each image, and by the images).
struct FocalOptions {
  double alpha = 0.25;  // weight of t = 1, 1 - alpha that of t = 0; below 0: both weigh 1
  double gamma = 2;     // 0: no focus
};
// f = alpha_t q^gamma times that of sigmoid_cross_entropy, q = p (1-t) + (1-p) t: how far p is from t, for a t of 0 or 1.
// Throws Error besides unless gamma >= 0.
Tensor focal_loss(const Tensor& x, const Tensor& t, const Tensor& w, double divisor,
                  const FocalOptions& options = {});

// f = d^2 / (2 beta) where |d| < beta, else |d| - beta/2, d = x - t: F.smooth_l1_loss. beta = 0 is |d|.
// beta: 1 in F.smooth_l1_loss; torchvision's RPN and box head and older MMDetection's RPN take 1/9 (rpn.py, roi_heads.py), RetinaNet
// and newer MMDetection 0.
// Throws Error besides unless beta >= 0.
Tensor smooth_l1_loss(const Tensor& x, const Tensor& t, const Tensor& w, double divisor, double beta);

// The mask head's: x (R,H,W,K), t (R,H,W) of the R regions' objects, labels R class numbers in [0,K). The mean over all R*H*W of
// sigmoid_cross_entropy's f of the label's channel; other channels get no gradient.
// Source: Mask R-CNN, arXiv 1703.06870v3, section 3; torchvision maskrcnn_loss (roi_heads.py).
// Throws ShapeError on shapes or where there is no region; Error on a label out of range, naming its region.
Tensor mask_cross_entropy(const Tensor& x, const Tensor& t, const std::vector<int32_t>& labels);

}  // namespace eca
