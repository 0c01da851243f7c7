// The loss on a GPU: a row is an index, and the rows' losses are summed in order.
#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/loss/cross_entropy_rows.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca::kernels {

void cross_entropy_forward_cuda(real* loss, real* p, const real* x, const CrossEntropyTarget& target,
                                int64_t N, int64_t K) {
  const KernelArray<int32_t> labels(target.labels, N);
  const KernelArray<double> w(target.w, K);
  const CrossEntropyTarget q = {labels.data(), w.data(), target.smoothing};
  real* losses = scratch(Scratch::partials, N);
  for_each_index(N, [=] ECA_DEVICE(int64_t n) {
    losses[n] = static_cast<real>(cross_entropy_row(p + n * K, x + n * K, K, q.labels[n], q));
  });
  for_each_index(1, [=] ECA_DEVICE(int64_t) {
    double sum = 0;
    for (int64_t n = 0; n < N; ++n) sum += static_cast<double>(losses[n]);
    const double W = weight_of(q, 0, N);
    *loss = static_cast<real>(W == 0 ? 0 : sum / W);
  });
}

void cross_entropy_dx_cuda(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& target,
                           int64_t N, int64_t K) {
  const KernelArray<int32_t> labels(target.labels, N);
  const KernelArray<double> w(target.w, K);
  const CrossEntropyTarget q = {labels.data(), w.data(), target.smoothing};
  const double smoothed = weight_of_smoothing(target, K);
  real* share = scratch(Scratch::partials, 1);  // dloss/W
  for_each_index(1, [=] ECA_DEVICE(int64_t) {
    const double W = weight_of(q, 0, N);
    *share = W == 0 ? 0 : *dloss / static_cast<real>(W);
  });
  for_each_index(N, K, [=] ECA_DEVICE(int64_t n, int64_t k) {
    const int64_t i = n * K + k;
    dx.write(i, *share * cross_entropy_gradient(p[i], k, K, q.labels[n], q, smoothed));
  });
}

void count_correct_cuda(real* count, const real* x, const int32_t* labels_in, int64_t N, int64_t K) {
  const KernelArray<int32_t> copied(labels_in, N);
  const int32_t* labels = copied.data();
  real* correct = scratch(Scratch::partials, N);
  for_each_index(N, [=] ECA_DEVICE(int64_t n) { correct[n] = is_correct(x + n * K, K, labels[n]) ? 1 : 0; });
  for_each_index(1, [=] ECA_DEVICE(int64_t) {
    real sum = 0;
    for (int64_t n = 0; n < N; ++n) sum += correct[n];
    *count = sum;
  });
}

}  // namespace eca::kernels
