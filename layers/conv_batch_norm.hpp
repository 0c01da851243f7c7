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

// bn(conv(x)).  Throws ShapeError as conv and bn do.
Tensor conv_bn(Conv2d& conv, BatchNorm2d& bn, const Tensor& x);
// relu(bn(conv(x)))
Tensor conv_bn_relu(Conv2d& conv, BatchNorm2d& bn, const Tensor& x);
// relu(attention(bn(conv(x))) + shortcut), the end of a residual block; attention may be null. What is not a gate on
// channels runs between batch norm and add as an op of its own.
Tensor conv_bn_add_relu(Conv2d& conv, BatchNorm2d& bn, Module* attention, const Tensor& x,
                        const Tensor& shortcut);

}  // namespace eca
