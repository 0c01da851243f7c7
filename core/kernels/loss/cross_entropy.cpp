#include "core/kernels/loss/cross_entropy.hpp"

#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/kernels/loss/cross_entropy_rows.hpp"

namespace eca::kernels {

// The sum of the weights of the whole batch: what the loss is divided by.
static double batch_weight(const CrossEntropyTarget& q, int64_t N) {
  if (q.w == nullptr) return static_cast<double>(whole_batch(N));
  return sum_batch(1, N,
                   [&](PartOfBatch images, double* W) { *W = weight_of(q, images.first, images.last); })[0];
}

static void cross_entropy_forward_cpu(real* loss, real* p, const real* x, const CrossEntropyTarget& q,
                                      int64_t N, int64_t K) {
  const double sum = sum_batch(1, N, [&](PartOfBatch images, double* of_leaf) {
    *of_leaf = 0;
    for (int64_t n = images.first; n < images.last; ++n)
      *of_leaf += cross_entropy_row(p + n * K, x + n * K, K, q.labels[n], q);
  })[0];
  const double W = batch_weight(q, N);
  *loss = static_cast<real>(W == 0 ? 0 : sum / W);
}

void cross_entropy_forward(real* loss, real* p, const real* x, const CrossEntropyTarget& q, int64_t N,
                           int64_t K) {
  ECA_TWIN(cross_entropy_forward_cpu, cross_entropy_forward_cpu, cross_entropy_forward_cuda)
  (loss, p, x, q, N, K);
}

static void cross_entropy_dx_cpu(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& q,
                                 int64_t N, int64_t K) {
  const double smoothed = weight_of_smoothing(q, K);
  const double W = batch_weight(q, N);
  const real share = W == 0 ? 0 : *dloss / static_cast<real>(W);
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t k = 0; k < K; ++k) {
      const int64_t i = n * K + k;
      dx.write(i, share * cross_entropy_gradient(p[i], k, K, q.labels[n], q, smoothed));
    }
  }
}

void cross_entropy_dx(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& q, int64_t N,
                      int64_t K) {
  ECA_TWIN(cross_entropy_dx_cpu, cross_entropy_dx_cpu, cross_entropy_dx_cuda)(dx, dloss, p, q, N, K);
}

static void count_correct_cpu(real* count, const real* x, const int32_t* labels, int64_t N, int64_t K) {
  *count = static_cast<real>(sum_batch(1, N, [&](PartOfBatch images, double* correct) {
    *correct = 0;
    for (int64_t n = images.first; n < images.last; ++n) *correct += is_correct(x + n * K, K, labels[n]);
  })[0]);
}

void count_correct(real* count, const real* x, const int32_t* labels, int64_t N, int64_t K) {
  ECA_TWIN(count_correct_cpu, count_correct_cpu, count_correct_cuda)(count, x, labels, N, K);
}

}  // namespace eca::kernels
