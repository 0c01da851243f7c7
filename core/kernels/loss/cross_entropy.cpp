#include "core/kernels/loss/cross_entropy.hpp"

#include "core/kernels/common/twins.hpp"
#include "core/kernels/loss/cross_entropy_rows.hpp"

namespace eca::kernels {

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

static void cross_entropy_dx_cpu(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& q,
                                 int64_t N, int64_t K) {
  const double smoothed = weight_of_smoothing(q, K);
  const real share = q.W == 0 ? 0 : *dloss / static_cast<real>(q.W);
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

}  // namespace eca::kernels
