// A linear map whose matrix is zero outside one window in each row: what lies between one weight a channel and a
// full matrix.
#pragma once

#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// z[n,c] = sum_{j<K} w[c,j] y[n, first[c] + j], y zero beyond both ends: y (N,M), w (C,K) -> z (N,C).
// Throws ShapeError if y or w has not two axes, or `first` not C numbers.
Tensor channel_rows(const Tensor& y, const Tensor& w, const std::vector<int64_t>& first);

// `first` for C windows of k (odd), each centred on its own channel:     first[c] = c - (k-1)/2
std::vector<int64_t> band_windows(int64_t C, int64_t k);
// For blocks of k along the diagonal:                                    first[c] = c - c mod k
std::vector<int64_t> block_windows(int64_t C, int64_t k);
// For windows side by side, k inputs for each output:                    first[c] = c k
std::vector<int64_t> own_windows(int64_t C, int64_t k);

}  // namespace eca
