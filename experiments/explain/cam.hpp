#pragma once

#include "core/autograd/tensor.hpp"
#include "experiments/explain/map.hpp"

namespace eca {

// Class activation map: what each place adds to the score of class k, where only global average pooling and one linear layer
// stand between A and the scores.
//   L[h,w] = sum_c w[c,k] A[n,h,w,c]              A (N,H,W,C), w (C,K) the linear layer's weight
//   score[n,k] = mean_hw L[h,w] + b[k]
// Source: Zhou et al., arXiv 1512.04150v1, eq. 2. Throws ShapeError if the shapes do not fit.
Map cam(const Tensor& A, int64_t n, const Tensor& w, int64_t k);

}  // namespace eca
