#pragma once

#include "core/autograd/tensor.hpp"
#include "experiments/explain/map.hpp"

namespace eca {

// Grad-CAM: CAM with the mean gradient of each channel in place of the linear layer's weight, so that anything may stand
// between A and the score.
//   alpha[c] = 1/(H*W) sum_hw dA[n,h,w,c]                     dA = d score[n,k] / dA
//   L[h,w]   = relu(sum_c alpha[c] A[n,h,w,c])                A, dA (N,H,W,C)
// Under global average pooling and a linear layer dA[n,h,w,c] = w[c,k] / (H*W), and L is relu(CAM) / (H*W).
// Source: Selvaraju et al., arXiv 1610.02391v4, eqs. 1 and 2. Throws ShapeError if the shapes differ.
Map grad_cam(const Tensor& A, const Tensor& dA, int64_t n);

// relu(sum_c alpha[c] A[n,h,w,c]) for weights alpha (C), by which all such methods end.
Map weighted_channels(const Tensor& A, int64_t n, const std::vector<double>& alpha);

}  // namespace eca
