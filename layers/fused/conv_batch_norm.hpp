// Convolution and batch norm as a pair. In evaluation, when no tape records, the batch norm is folded into the convolution:
// gamma * (conv(x) - mean) * inv_std + beta = scale * conv(x) + offset, so scale goes into the weights. Otherwise one op
// follows the other, with what comes after batch norm fused into it. All ways give the same values up to rounding.
#pragma once

#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"

namespace eca {

// While it lives, nothing is folded or fused on this thread: the network is the plain chain of its ops, to count them or
// to step through them.
class OpByOp {
 public:
  OpByOp();
  ~OpByOp();
  OpByOp(const OpByOp&) = delete;
  OpByOp& operator=(const OpByOp&) = delete;

 private:
  bool before_;
};

// What one convolution hands to the next: a tensor, or relu(bn(x)) still to be worked out. A convolution that can does so
// while it reads x, and then it is never stored; who needs a tensor gets one.
class Activation {
 public:
  Activation(const Tensor& stored) : x_(stored) {}  // NOLINT: implicit
  // relu(bn(x)). In training this moves bn's running statistics.
  Activation(BatchNorm2d& bn, const Tensor& x, const ImageMoments& moments);

  operator Tensor() const;  // NOLINT: implicit
  // conv of it, with the moments of the result.
  Tensor convolved(Conv2d& conv, ImageMoments& moments) const;

 private:
  Tensor x_;
  BatchNorm2d* bn_ = nullptr;  // null: x itself
  BatchNormValues n_;
};

// bn(conv(x)).  Throws ShapeError as conv and bn do.
Tensor conv_bn(Conv2d& conv, BatchNorm2d& bn, const Tensor& x);
// relu(bn(conv(x)))
Activation conv_bn_relu(Conv2d& conv, BatchNorm2d& bn, const Activation& x);
// relu(attention(bn(conv(x))) + shortcut), the end of a residual block; attention may be null. What is not a gate on
// channels runs between batch norm and add as an op of its own.
Tensor conv_bn_add_relu(Conv2d& conv, BatchNorm2d& bn, Module* attention, const Activation& x,
                        const Tensor& shortcut);

}  // namespace eca
