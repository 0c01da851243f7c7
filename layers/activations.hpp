#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// Elementwise, any shape. Each saves only its output y, which the next layer keeps anyway.
Tensor relu(const Tensor& x);     // max(x, 0)
Tensor relu6(const Tensor& x);    // min(max(x, 0), 6)
Tensor sigmoid(const Tensor& x);  // 1 / (1 + exp(-x))

// x * relu6(x + 3) / 6, any shape. Saves x.
Tensor hard_swish(const Tensor& x);

}  // namespace eca
