#include "core/kernels/elementwise/optimizer_kernels.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel/threads.hpp"

namespace eca::kernels {

static void sgd_chunk(int64_t begin, int64_t end, real* w, const real* g, const SgdCoefficients& k) {
  for (int64_t i = begin; i < end; ++i) w[i] -= k.lr * (g[i] + k.weight_decay * w[i]);
}

static void sgd_momentum_chunk(int64_t begin, int64_t end, real* w, real* b, const real* g,
                               const SgdCoefficients& k) {
  for (int64_t i = begin; i < end; ++i) {
    const real d = g[i] + k.weight_decay * w[i];
    b[i] = k.momentum * b[i] + d;
    w[i] -= k.lr * (k.nesterov ? d + k.momentum * b[i] : b[i]);
  }
}

void sgd_step(real* w, real* b, const real* g, int64_t n, const SgdCoefficients& k) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) {
    const int64_t begin = c * kChunk, end = std::min(n, begin + kChunk);
    if (b == nullptr) {
      sgd_chunk(begin, end, w, g, k);
    } else {
      sgd_momentum_chunk(begin, end, w, b, g, k);
    }
  }
}

static void adam_chunk(int64_t begin, int64_t end, real* w, real* m, real* v, const real* g,
                       const AdamCoefficients& k) {
  for (int64_t i = begin; i < end; ++i) {
    const real d = g[i] + k.gradient_decay * w[i];
    m[i] = k.beta1 * m[i] + k.one_minus_beta1 * d;
    v[i] = k.beta2 * v[i] + k.one_minus_beta2 * d * d;
    w[i] = k.weight_factor * w[i] - k.lr * m[i] / (k.v_scale * std::sqrt(v[i]) + k.epsilon);
  }
}

void adam_step(real* w, real* m, real* v, const real* g, int64_t n, const AdamCoefficients& k) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) {
    adam_chunk(c * kChunk, std::min(n, (c + 1) * kChunk), w, m, v, g, k);
  }
}

}  // namespace eca::kernels
