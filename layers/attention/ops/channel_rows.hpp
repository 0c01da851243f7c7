// A linear map whose matrix is zero outside one window in each row: what lies between one weight a channel
// and a full matrix.
#pragma once

#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// z[n,c] = sum_{j<K} w[c,j] * y[n, first[c] + j], zero beyond both ends of y: y (N,M), w (C,K) -> z (N,C).
// Throws ShapeError unless first has C numbers.
Tensor channel_rows(const Tensor& y, const Tensor& w, const std::vector<int64_t>& first);

// The first columns of C windows of k (odd), each centred on its own channel: c - (k-1)/2.
std::vector<int64_t> band_windows(int64_t C, int64_t k);
// Those of blocks of k along the diagonal: c rounded down to a multiple of k.
std::vector<int64_t> block_windows(int64_t C, int64_t k);
// Those of windows side by side, k inputs for each output: c * k.
std::vector<int64_t> own_windows(int64_t C, int64_t k);

}  // namespace eca
