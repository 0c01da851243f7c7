#include "core/kernels/elementwise/optimizer_kernels.hpp"

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/kernels/elementwise/optimizer_updates.hpp"

namespace eca::kernels {

static void sgd_step_cpu(real* w, real* b, const real* g, int64_t n, const SgdCoefficients* coefficients) {
  const SgdCoefficients k = *coefficients;
  if (b == nullptr) {
    for_each_index(n, [=] ECA_DEVICE(int64_t i) { sgd_update(w[i], g[i], k); });
  } else {
    for_each_index(n, [=] ECA_DEVICE(int64_t i) { sgd_update(w[i], b[i], g[i], k); });
  }
}

void sgd_step(real* w, real* b, const real* g, int64_t n, const SgdCoefficients* k) {
  ECA_TWIN(sgd_step_cpu, sgd_step_cpu, sgd_step_cuda)(w, b, g, n, k);
}

static void adam_step_cpu(real* w, real* m, real* v, const real* g, int64_t n,
                          const AdamCoefficients* coefficients) {
  const AdamCoefficients k = *coefficients;
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { adam_update(w[i], m[i], v[i], g[i], k); });
}

void adam_step(real* w, real* m, real* v, const real* g, int64_t n, const AdamCoefficients* k) {
  ECA_TWIN(adam_step_cpu, adam_step_cpu, adam_step_cuda)(w, m, v, g, n, k);
}

}  // namespace eca::kernels
