#pragma once

#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"

namespace eca {

// y = bn(conv(x)) [+ plus] [then ReLU] in one pass over memory, with the constants of batch norm in evaluation folded into
// the weights:  scale * (x * w) + offset = x * (w * scale) + offset.
// x (N,H,W,I), y and plus (N,OH,OW,O); plus may be undefined. Takes a convolution without bias.
// Throws ShapeError as conv2d, and if plus has another shape than y; Error if a tape records: there is no backward.
Tensor folded_conv2d(const Conv2d& conv, const BatchNorm2d& bn, const Tensor& x, const Tensor& plus,
                     bool relu);

}  // namespace eca
