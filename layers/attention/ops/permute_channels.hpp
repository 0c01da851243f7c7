#pragma once

#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// z[n,i] = y[n,order[i]]: y,z (N,C), order a permutation of 0..C-1.
// Throws Error if it is none, ShapeError if it has not C numbers.
Tensor permute_channels(const Tensor& y, const std::vector<int64_t>& order);

}  // namespace eca
