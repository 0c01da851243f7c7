#pragma once

#include "layers/batch_norm.hpp"

namespace eca {

// relu(bn(x)) for x (N,H,W,C), as one op: the normalised x is never stored. Mode and parameters are bn's. Throws
// ShapeError as bn does.
Tensor batch_norm_relu(BatchNorm2d& bn, const Tensor& x);

}  // namespace eca
