#include "core/kernels/loss/cross_entropy.hpp"
#include "core/kernels/common/twins.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace eca::kernels {

// Loss of one row, and its softmax.
static double cross_entropy_row(real* p, const real* x, int64_t K, int32_t label,
                                const CrossEntropyTarget& target) {
  const double m = static_cast<double>(*std::max_element(x, x + K));
  double Z = 0;
  for (int64_t k = 0; k < K; ++k) Z += std::exp(static_cast<double>(x[k]) - m);
  double loss = 0;
  for (int64_t k = 0; k < K; ++k) {
    const double log_p = static_cast<double>(x[k]) - m - std::log(Z);
    double q = (k == label ? 1 - target.smoothing : 0) + target.smoothing / static_cast<double>(K);
    if (target.w != nullptr) q *= target.w[k];
    if (q > 0) loss -= q * log_p;
    p[k] = static_cast<real>(std::exp(log_p));
  }
  return loss;
}

static void cross_entropy_forward_cpu(real* loss, real* p, const real* x, const CrossEntropyTarget& q,
                                      int64_t N, int64_t K) {
  double sum = 0;
  for (int64_t n = 0; n < N; ++n) sum += cross_entropy_row(p + n * K, x + n * K, K, q.labels[n], q);
  *loss = static_cast<real>(q.W == 0 ? 0 : sum / q.W);
}

void cross_entropy_forward(real* loss, real* p, const real* x, const CrossEntropyTarget& q, int64_t N,
                           int64_t K) {
  ECA_TWIN(cross_entropy_forward_cpu, cross_entropy_forward_cpu, cross_entropy_forward_cuda)
  (loss, p, x, q, N, K);
}

static void cross_entropy_dx_cpu(GradSlot dx, const real* dloss, const real* p,
                                 const CrossEntropyTarget& target, int64_t N, int64_t K) {
  const double s = target.smoothing;
  const double smoothed =
      target.w == nullptr ? 0 : s / static_cast<double>(K) * std::accumulate(target.w, target.w + K, 0.0);
  const real share = target.W == 0 ? 0 : *dloss / static_cast<real>(target.W),
             uniform = static_cast<real>(s / static_cast<double>(K));
  for (int64_t n = 0; n < N; ++n) {
    const int32_t label = target.labels[n];
    const double sum_q = target.w == nullptr ? 1 : (1 - s) * target.w[label] + smoothed;
    for (int64_t k = 0; k < K; ++k) {
      real q = (k == label ? static_cast<real>(1 - s) : 0) + uniform;
      if (target.w != nullptr) q *= static_cast<real>(target.w[k]);
      const real value = share * (p[n * K + k] * static_cast<real>(sum_q) - q);
      dx.write(n * K + k, value);
    }
  }
}

void cross_entropy_dx(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& q, int64_t N,
                      int64_t K) {
  ECA_TWIN(cross_entropy_dx_cpu, cross_entropy_dx_cpu, cross_entropy_dx_cuda)(dx, dloss, p, q, N, K);
}

}  // namespace eca::kernels
