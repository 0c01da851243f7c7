// The optimisers on a GPU. Their coefficients are read where they lie, as a recorded step (core/memory/replay.hpp) finds others
// there each time.
#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/elementwise/optimizer_updates.hpp"

namespace eca::kernels {

void sgd_step_cuda(real* w, real* b, const real* g, int64_t n, const SgdCoefficients* k) {
  if (b == nullptr) {
    for_each_index(n, [=] ECA_DEVICE(int64_t i) { sgd_update(w[i], g[i], *k); });
  } else {
    for_each_index(n, [=] ECA_DEVICE(int64_t i) { sgd_update(w[i], b[i], g[i], *k); });
  }
}

void adam_step_cuda(real* w, real* m, real* v, const real* g, int64_t n, const AdamCoefficients* k) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { adam_update(w[i], m[i], v[i], g[i], *k); });
}

}  // namespace eca::kernels
