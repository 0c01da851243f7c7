// The loss on a GPU: a row is an index, and the rows' losses are summed in order.
#include <cmath>
#include <numeric>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/loss/cross_entropy.hpp"
#include "core/memory/device_copy.hpp"

namespace eca::kernels {

void cross_entropy_forward_cuda(real* loss, real* p, const real* x, const CrossEntropyTarget& target,
                                int64_t N, int64_t K) {
  const DeviceCopy<int32_t> copied_labels(target.labels, N);
  const DeviceCopy<double> copied_w(target.w, K);
  const int32_t* labels = copied_labels.data();
  const double *w = copied_w.data(), s = target.smoothing, W = target.W;
  real* losses = scratch(Scratch::partials, N);
  for_each_index(N, [=] ECA_DEVICE(int64_t n) {
    const real* row = x + n * K;
    real largest = row[0];
    for (int64_t k = 1; k < K; ++k) largest = row[k] > largest ? row[k] : largest;
    const auto m = static_cast<double>(largest);
    double Z = 0, sum = 0;
    for (int64_t k = 0; k < K; ++k) Z += std::exp(static_cast<double>(row[k]) - m);
    for (int64_t k = 0; k < K; ++k) {
      const double log_p = static_cast<double>(row[k]) - m - std::log(Z);
      double q = (k == labels[n] ? 1 - s : 0) + s / static_cast<double>(K);
      if (w != nullptr) q *= w[k];
      if (q > 0) sum -= q * log_p;
      p[n * K + k] = static_cast<real>(std::exp(log_p));
    }
    losses[n] = static_cast<real>(sum);
  });
  for_each_index(1, [=] ECA_DEVICE(int64_t) {
    double sum = 0;
    for (int64_t n = 0; n < N; ++n) sum += static_cast<double>(losses[n]);
    *loss = static_cast<real>(W == 0 ? 0 : sum / W);
  });
}

void cross_entropy_dx_cuda(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& target,
                           int64_t N, int64_t K) {
  const DeviceCopy<int32_t> copied_labels(target.labels, N);
  const DeviceCopy<double> copied_w(target.w, K);
  const int32_t* labels = copied_labels.data();
  const double *w = copied_w.data(), s = target.smoothing, W = target.W;
  const double of_uniform =
      target.w == nullptr ? 0 : s / static_cast<double>(K) * std::accumulate(target.w, target.w + K, 0.0);
  for_each_index(N, K, [=] ECA_DEVICE(int64_t n, int64_t k) {
    const double sum_q = w == nullptr ? 1 : (1 - s) * w[labels[n]] + of_uniform;
    double q = (k == labels[n] ? 1 - s : 0) + s / static_cast<double>(K);
    if (w != nullptr) q *= w[k];
    const real share = W == 0 ? 0 : *dloss / static_cast<real>(W);
    dx.write(n * K + k, share * (p[n * K + k] * static_cast<real>(sum_q) - static_cast<real>(q)));
  });
}

}  // namespace eca::kernels
