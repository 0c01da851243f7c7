#pragma once

#include "layers/batch_norm.hpp"
#include "layers/fused/unstored_relu.hpp"

namespace eca {

// relu(bn(x)) for x (N,H,W,C) as one op: the normalised x is never stored. Mode and parameters are bn's. `moments` are
// those of x where they are known already. Throws ShapeError as bn does.
Tensor batch_norm_relu(BatchNorm2d& bn, const Tensor& x, const ImageMoments& moments = {});

// The second half of it, with n = bn.values(x): stored, or left for a convolution to work out.
Tensor batch_norm_relu(const Tensor& x, const BatchNormValues& n);
UnstoredRelu batch_norm_relu_unstored(const Tensor& x, const BatchNormValues& n);

}  // namespace eca
