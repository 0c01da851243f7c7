// The sums of losses on a GPU: first by fixed ranges of elements, then the ranges in order.
#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/kernels/loss/element_losses.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca::kernels {

template <class Term>
void element_loss_forward_cuda(real* loss, const Term& term, const real* x, const real* t, const real* w,
                               real divisor, int64_t N, int64_t M) {
  const Term f = term;
  sum_in_ranges<1>(
      N * M, 1,
      [=] ECA_DEVICE(int64_t i, int64_t, double* sum) {
        const real weight = w == nullptr ? 1 : w[i];
        if (weight != 0) *sum += static_cast<double>(weight * f.value(x[i], t[i]));
      },
      [=] ECA_DEVICE(int64_t, const double* sum) {
        *loss = static_cast<real>(*sum / static_cast<double>(divisor));
      });
}

template void element_loss_forward_cuda(real*, const SigmoidCrossEntropyTerm&, const real*, const real*,
                                        const real*, real, int64_t, int64_t);
template void element_loss_forward_cuda(real*, const FocalTerm&, const real*, const real*, const real*, real,
                                        int64_t, int64_t);
template void element_loss_forward_cuda(real*, const SmoothL1Term&, const real*, const real*, const real*,
                                        real, int64_t, int64_t);

void mask_cross_entropy_forward_cuda(real* loss, const real* x, const real* t, const int32_t* labels,
                                     real divisor, int64_t R, int64_t P, int64_t K) {
  const KernelArray<int32_t> copied(labels, R);
  const int32_t* label = copied.data();
  const SigmoidCrossEntropyTerm f;
  sum_in_ranges<1>(
      R * P, 1,
      [=] ECA_DEVICE(int64_t i, int64_t, double* sum) {
        *sum += static_cast<double>(f.value(x[i * K + label[i / P]], t[i]));
      },
      [=] ECA_DEVICE(int64_t, const double* sum) {
        *loss = static_cast<real>(*sum / static_cast<double>(divisor));
      });
}

}  // namespace eca::kernels
