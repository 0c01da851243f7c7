#pragma once

#include "core/autograd/tape.hpp"

namespace eca {

// Value by value, x and y of any shape. Each throws ShapeError if x is undefined, and saves only its output y, which the
// next layer keeps anyway.
Tensor relu(const Tensor& x);     // y = max(x, 0)
Tensor relu6(const Tensor& x);    // y = min(max(x, 0), 6)
Tensor sigmoid(const Tensor& x);  // y = 1 / (1 + exp(-x))

// y = x * relu6(x + 3) / 6, from MobileNetV3, arXiv 1905.02244v5, section 5.2. Throws as those above; saves x.
Tensor hard_swish(const Tensor& x);

}  // namespace eca
