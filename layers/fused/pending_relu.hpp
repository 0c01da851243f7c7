#pragma once

#include "layers/batch_norm.hpp"
#include "layers/fused/fused_conv2d.hpp"

namespace eca {

// What one convolution hands to the next: relu(bn(x)) that is still to be worked out, or a tensor. A convolution that can
// works it out while it reads x, and it is never stored; who needs a tensor gets one.
class PendingRelu {
 public:
  PendingRelu(const Tensor& stored) : x_(stored) {}  // implicit: every tensor may be handed on
  // relu(bn(x)), x (N,H,W,C) with its moments. In training this moves bn's running statistics.
  PendingRelu(BatchNorm2d& bn, const Tensor& x, const ImageMoments& moments);

  Tensor stored() const;
  // conv of it, with the moments of the result.
  Tensor convolved(const Conv2d& conv, ImageMoments& moments) const;

 private:
  Tensor x_;
  BatchNorm2d* bn_ = nullptr;  // null: x_ itself
  BatchNormValues n_;
};

}  // namespace eca
