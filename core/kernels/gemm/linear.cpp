#include "core/kernels/gemm/linear.hpp"

#include <algorithm>

#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/kernels/gemm/gemm.hpp"

namespace eca::kernels {

namespace {

// y (N,O) = x (N,I) * w (I,O), leaf by leaf: a BLAS may round the products of an image otherwise where it has others beside it.
void rows_in_leaves(GradSlot y, const real* x, Matrix w, int64_t N, int64_t I, int64_t O) {
  const Leaves leaves(N);
  TaskShares shares(leaves.count());
#pragma omp parallel num_threads(shares.threads())
  for (int64_t k; shares.take(k);) {
    const auto [first, last] = leaves.images(k);
    gemm(last - first, O, I, {x + first * I, I}, w, y.add, y.data + first * O, O);
  }
}

void forward_in_leaves(GradSlot y, const real* x, const real* w, int64_t N, int64_t I, int64_t O) {
  rows_in_leaves(y, x, {w, O}, N, I, O);
}

void dx_in_leaves(GradSlot dx, const real* dy, const real* w, int64_t N, int64_t I, int64_t O) {
  rows_in_leaves(dx, dy, {w, O, Op::transpose}, N, O, I);
}

// Columns first..last-1 of dw: over all leaves while they lie in the cache.
void dw_columns(GradSlot dw, const real* dy, const real* x, int64_t first, int64_t last, const Leaves& leaves,
                int64_t I, int64_t O) {
  const int64_t width = last - first, n = I * width;
  real* sums = scratch(Scratch::spare, (1 + spare_sums(leaves.count())) * n);
  sum_subtree(sums, sums + n, n, 0, leaves.count(), [&](int64_t k, real* of_leaf) {
    const auto [begin, end] = leaves.images(k);
    gemm(I, width, end - begin, {x + begin * I, I, Op::transpose}, {dy + begin * O + first, O}, 0, of_leaf,
         width);
  });
  for (int64_t i = 0; i < I; ++i) {
    for (int64_t o = first; o < last; ++o) dw.write(i * O + o, sums[i * width + o - first]);
  }
}

void dw_in_leaves(GradSlot dw, const real* dy, const real* x, int64_t N, int64_t I, int64_t O) {
  constexpr int64_t kColumns = 32;
  const Leaves leaves(N);
  TaskShares shares((O + kColumns - 1) / kColumns);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t k; shares.take(k);)
    dw_columns(dw, dy, x, k * kColumns, std::min(O, (k + 1) * kColumns), leaves, I, O);
}

}  // namespace

void linear_forward(GradSlot y, const real* x, const real* w, int64_t N, int64_t I, int64_t O) {
  ECA_TWIN(forward_in_leaves, forward_in_leaves, linear_forward_cuda)(y, x, w, N, I, O);
}

void linear_dx(GradSlot dx, const real* dy, const real* w, int64_t N, int64_t I, int64_t O) {
  ECA_TWIN(dx_in_leaves, dx_in_leaves, linear_dx_cuda)(dx, dy, w, N, I, O);
}

void linear_dw(GradSlot dw, const real* dy, const real* x, int64_t N, int64_t I, int64_t O) {
  ECA_TWIN(dw_in_leaves, dw_in_leaves, linear_dw_cuda)(dw, dy, x, N, I, O);
}

}  // namespace eca::kernels
