#pragma once

#include "core/autograd/tensor.hpp"

namespace eca {

// y = relu(scale * x + offset), not stored: a convolution works it out while it reads x. x (N,H,W,C), scale and offset (C);
// y has its shape and its gradient, but no array.
struct UnstoredRelu {
  Tensor y, x, scale, offset;
};

}  // namespace eca
