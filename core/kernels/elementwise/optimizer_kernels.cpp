#include "core/kernels/elementwise/optimizer_kernels.hpp"

#include <cmath>

#include "core/kernels/common/for_each_index.hpp"

namespace eca::kernels {

void sgd_step(real* w, real* b, const real* g, int64_t n, const SgdCoefficients& coefficients) {
  const SgdCoefficients k = coefficients;
  if (b == nullptr) {
    for_each_index(n, [=] ECA_DEVICE(int64_t i) { w[i] -= k.lr * (g[i] + k.weight_decay * w[i]); });
    return;
  }
  for_each_index(n, [=] ECA_DEVICE(int64_t i) {
    const real d = g[i] + k.weight_decay * w[i];
    b[i] = k.momentum * b[i] + d;
    w[i] -= k.lr * (k.nesterov ? d + k.momentum * b[i] : b[i]);
  });
}

void adam_step(real* w, real* m, real* v, const real* g, int64_t n, const AdamCoefficients& coefficients) {
  const AdamCoefficients k = coefficients;
  for_each_index(n, [=] ECA_DEVICE(int64_t i) {
    const real d = g[i] + k.gradient_decay * w[i];
    m[i] = k.beta1 * m[i] + k.one_minus_beta1 * d;
    v[i] = k.beta2 * v[i] + k.one_minus_beta2 * d * d;
    w[i] = k.weight_factor * w[i] - k.lr * m[i] / (k.v_scale * std::sqrt(v[i]) + k.epsilon);
  });
}

}  // namespace eca::kernels
