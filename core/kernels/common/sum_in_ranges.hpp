// Sums on a GPU. Adding to one number from many threads needs atomics, whose order, and so the sum's last bits, is another each
// time. Instead two loops over an index: first every range of rows is summed by a thread of its own, then the ranges, in order.
// The ranges depend on the shape alone.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/scratch.hpp"

namespace eca::kernels {

// term(r, c, sums) adds what row r of R gives to the kSums sums of column c of C; finish(c, sums) takes them.
//
//   sum_in_ranges<1>(R, C, [=] ECA_DEVICE(int64_t r, int64_t c, double* sums) { sums[0] += x[r * C + c]; },
//                    [=] ECA_DEVICE(int64_t c, const double* sums) { y[c] = static_cast<real>(sums[0]); });
template <int kSums, class Term, class Finish>
void sum_in_ranges(int64_t R, int64_t C, const Term& term, const Finish& finish) {
  constexpr int64_t kThreads = 65536;  // enough to keep a GPU busy
  const int64_t most = std::clamp<int64_t>(kThreads / std::max<int64_t>(C, 1), 1, std::max<int64_t>(R, 1));
  const int64_t rows = (R + most - 1) / most, ranges = rows == 0 ? 0 : (R + rows - 1) / rows;
  real* partials = scratch(Scratch::partials, std::max<int64_t>(ranges, 1) * kSums * C);  // (ranges,kSums,C)
  for_each_index(ranges, C, [=] ECA_DEVICE(int64_t k, int64_t c) {
    double sums[kSums] = {};
    const int64_t first = k * rows, last = first + rows < R ? first + rows : R;
    for (int64_t r = first; r < last; ++r) term(r, c, sums);
    for (int j = 0; j < kSums; ++j) partials[(k * kSums + j) * C + c] = static_cast<real>(sums[j]);
  });
  for_each_index(C, [=] ECA_DEVICE(int64_t c) {
    double sums[kSums] = {};
    for (int64_t k = 0; k < ranges; ++k) {
      for (int j = 0; j < kSums; ++j) sums[j] += static_cast<double>(partials[(k * kSums + j) * C + c]);
    }
    finish(c, sums);
  });
}

// The same over the pixels of each image and channel of an array (N,HW,C): term(i, nc, sums) gives what its element i adds to
// the sums of element nc of an (N,C).
template <int kSums, class Term, class Finish>
void sum_over_pixels(int64_t N, int64_t HW, int64_t C, const Term& term, const Finish& finish) {
  sum_in_ranges<kSums>(
      HW, N * C,
      [=] ECA_DEVICE(int64_t p, int64_t nc, double* sums) { term((nc / C * HW + p) * C + nc % C, nc, sums); },
      finish);
}

}  // namespace eca::kernels
