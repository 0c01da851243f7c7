// The updates of the optimisers: one pass over memory for each parameter, element by element, in fixed chunks on
// several threads. The plain loop is the whole kernel, so there is no fast twin. Everywhere w, its gradient g and
// what an optimiser remembers of it are arrays of n elements; they and the coefficients lie where the kernels compute. Sources:
// core/optim/sgd.hpp, core/optim/adam.hpp.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca::kernels {

struct SgdCoefficients {
  real lr, momentum, weight_decay;
  bool nesterov;
};
// d = g + weight_decay * w
// b = momentum * b + d
// w = w - lr * b                      with nesterov: w - lr * (d + momentum * b)
// Without momentum b is null and w = w - lr * d.
void sgd_step(real* w, real* b, const real* g, int64_t n, const SgdCoefficients* k);

struct AdamCoefficients {
  real lr;  // the optimiser's lr / (1 - beta1^t)
  real beta1, beta2;
  real one_minus_beta1;  // rounded once: 1 - 0.999 in float is 1e-5 beside it
  real one_minus_beta2;
  real v_scale;  // 1 / sqrt(1 - beta2^t)
  real epsilon;
  real gradient_decay;  // coupled weight decay
  real weight_factor;   // 1 - lr * weight_decay with decoupled weight decay, else 1
};
// d = g + gradient_decay * w
// m = beta1 * m + (1 - beta1) * d
// v = beta2 * v + (1 - beta2) * d^2
// w = weight_factor * w - lr * m / (v_scale * sqrt(v) + epsilon)
void adam_step(real* w, real* m, real* v, const real* g, int64_t n, const AdamCoefficients* k);

// On a GPU, of arrays that lie there.
void sgd_step_cuda(real* w, real* b, const real* g, int64_t n, const SgdCoefficients* k);
void adam_step_cuda(real* w, real* m, real* v, const real* g, int64_t n, const AdamCoefficients* k);

}  // namespace eca::kernels
