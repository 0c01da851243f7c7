// What the backward of batch norm does once per channel, with or without a fused ReLU.
#pragma once

#include <algorithm>

#include "core/kernels/batch_norm/batch_norm.hpp"
#include "core/kernels/common/leaf_sums.hpp"

namespace eca::kernels {

// The two sums over the whole batch, joined over leaves and ranks. of_rows(sums, first, last) puts those of rows first..last-1
// of a leaf into sums (2,C), of `rows` rows at most:
//   sums[0,c]      = sum_r dy[r,c]
//   sums[1,c]      = sum_r dy[r,c] * (x[r,c] - mean[c])
//   sum_dy[c]      = sum of sums[0,c]
//   sum_dy_xhat[c] = sum of sums[1,c] * inv_std[c]
// Those of a leaf are added in order in double, and the tree is of doubles.
template <class SumsOfRows>
void sum_batch_norm_rows(real* sum_dy, real* sum_dy_xhat, const SumsOfRows& of_rows, int64_t rows,
                         BatchNormChannels ch, int64_t N, int64_t HW, int64_t C) {
  const std::span sums = sum_batch(2 * C, N, [&](PartOfBatch images, double* of_leaf) {
    real* part = scratch(Scratch::channels, 2 * C);
    std::fill_n(of_leaf, 2 * C, 0.0);
    for (int64_t first = images.first * HW; first < images.last * HW; first += rows) {
      of_rows(part, first, std::min(first + rows, images.last * HW));
      for (int64_t i = 0; i < 2 * C; ++i) of_leaf[i] += static_cast<double>(part[i]);
    }
  });
  for (int64_t c = 0; c < C; ++c) {
    sum_dy[c] = static_cast<real>(sums[static_cast<size_t>(c)]);
    sum_dy_xhat[c] = static_cast<real>(sums[static_cast<size_t>(C + c)]) * ch.inv_std[c];
  }
}

// The terms of dx collected by what they multiply, of R rows of the whole batch:
//   dx[r,c]   = a[c] * dy[r,c] + slope[c] * x[r,c] + offset[c]
//   a[c]      = gamma[c] * inv_std[c]
//   slope[c]  = -a[c] * inv_std[c] * sum_dy_xhat[c] / R              0 where the sums are null (evaluation)
//   offset[c] = -a[c] * sum_dy[c] / R - slope[c] * mean[c]           0 likewise
void collect_batch_norm_dx(real* slope, real* offset, BatchNormChannels ch, const real* sum_dy,
                           const real* sum_dy_xhat, int64_t R, int64_t C);

}  // namespace eca::kernels
