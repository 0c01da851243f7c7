// What an optimiser does to one element, on the processor and on a GPU. The formulas: core/kernels/elementwise/
// optimizer_kernels.hpp.
#pragma once

#include <cmath>

#include "core/cuda/device_code.hpp"
#include "core/kernels/elementwise/optimizer_kernels.hpp"

namespace eca::kernels {

ECA_DEVICE inline void sgd_update(real& w, real g, const SgdCoefficients& k) {
  w -= k.lr * (g + k.weight_decay * w);
}

ECA_DEVICE inline void sgd_update(real& w, real& b, real g, const SgdCoefficients& k) {
  const real d = g + k.weight_decay * w;
  b = k.momentum * b + d;
  w -= k.lr * (k.nesterov ? d + k.momentum * b : b);
}

ECA_DEVICE inline void adam_update(real& w, real& m, real& v, real g, const AdamCoefficients& k) {
  const real d = g + k.gradient_decay * w;
  m = k.beta1 * m + k.one_minus_beta1 * d;
  v = k.beta2 * v + k.one_minus_beta2 * d * d;
  w = k.weight_factor * w - k.lr * m / (k.v_scale * std::sqrt(v) + k.epsilon);
}

}  // namespace eca::kernels
