// The plain loops: one pass over memory each, so there is no fast twin; the forward takes a leaf of images a task.
#include "core/kernels/loss/element_losses.hpp"

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca::kernels {

template <class Term>
static void element_loss_forward_cpu(real* loss, const Term& f, const real* x, const real* t, const real* w,
                                     real divisor, int64_t N, int64_t M) {
  const double sum = sum_batch(1, N, [&](PartOfBatch images, double* of_leaf) {
    *of_leaf = 0;
    for (int64_t i = images.first * M; i < images.last * M; ++i) {
      const real weight = w == nullptr ? 1 : w[i];
      if (weight != 0) *of_leaf += static_cast<double>(weight * f.value(x[i], t[i]));
    }
  })[0];
  *loss = static_cast<real>(sum / static_cast<double>(divisor));
}

template <class Term>
void element_loss_forward(real* loss, const Term& f, const real* x, const real* t, const real* w,
                          real divisor, int64_t N, int64_t M) {
  ECA_TWIN(element_loss_forward_cpu<Term>, element_loss_forward_cpu<Term>, element_loss_forward_cuda<Term>)
  (loss, f, x, t, w, divisor, N, M);
}

template <class Term>
void element_loss_dx(GradSlot dx, const real* dloss, const Term& term, const real* x, const real* t,
                     const real* w, real divisor, int64_t n) {
  const Term f = term;
  for_each_index(n, [=] ECA_DEVICE(int64_t i) {
    const real weight = w == nullptr ? 1 : w[i];
    dx.write(i, weight == 0 ? 0 : *dloss / divisor * weight * f.slope(x[i], t[i]));
  });
}

template void element_loss_forward(real*, const SigmoidCrossEntropyTerm&, const real*, const real*,
                                   const real*, real, int64_t, int64_t);
template void element_loss_forward(real*, const FocalTerm&, const real*, const real*, const real*, real,
                                   int64_t, int64_t);
template void element_loss_forward(real*, const SmoothL1Term&, const real*, const real*, const real*, real,
                                   int64_t, int64_t);
template void element_loss_dx(GradSlot, const real*, const SigmoidCrossEntropyTerm&, const real*, const real*,
                              const real*, real, int64_t);
template void element_loss_dx(GradSlot, const real*, const FocalTerm&, const real*, const real*, const real*,
                              real, int64_t);
template void element_loss_dx(GradSlot, const real*, const SmoothL1Term&, const real*, const real*,
                              const real*, real, int64_t);

static void mask_cross_entropy_forward_cpu(real* loss, const real* x, const real* t, const int32_t* labels,
                                           real divisor, int64_t R, int64_t P, int64_t K) {
  const SigmoidCrossEntropyTerm f;
  const double sum = sum_batch(1, R, [&](PartOfBatch regions, double* of_leaf) {
    *of_leaf = 0;
    for (int64_t r = regions.first; r < regions.last; ++r) {
      for (int64_t i = r * P; i < (r + 1) * P; ++i)
        *of_leaf += static_cast<double>(f.value(x[i * K + labels[r]], t[i]));
    }
  })[0];
  *loss = static_cast<real>(sum / static_cast<double>(divisor));
}

void mask_cross_entropy_forward(real* loss, const real* x, const real* t, const int32_t* labels, real divisor,
                                int64_t R, int64_t P, int64_t K) {
  ECA_TWIN(mask_cross_entropy_forward_cpu, mask_cross_entropy_forward_cpu, mask_cross_entropy_forward_cuda)
  (loss, x, t, labels, divisor, R, P, K);
}

void mask_cross_entropy_dx(GradSlot dx, const real* dloss, const real* x, const real* t,
                           const int32_t* labels, real divisor, int64_t R, int64_t P, int64_t K) {
  const KernelArray<int32_t> copied(labels, R);
  const int32_t* label = copied.data();
  const SigmoidCrossEntropyTerm f;
  for_each_index(R * P, K, [=] ECA_DEVICE(int64_t i, int64_t k) {
    const int64_t element = i * K + k;
    dx.write(element, k == label[i / P] ? *dloss / divisor * f.slope(x[element], t[i]) : 0);
  });
}

}  // namespace eca::kernels
