#pragma once

#include "core/autograd/tensor.hpp"
#include "experiments/explain/map.hpp"

namespace eca {

// Grad-CAM++: places with a positive gradient count, each with a weight of its own, so that several objects of a class all show.
//   g          = dA[n,h,w,c] = d score[n,k] / dA
//   a[h,w,c]   = g^2 / (2 g^2 + g^3 sum_hw A[n,h,w,c])        0 where the denominator is 0
//   alpha[c]   = sum_hw a[h,w,c] relu(g)
//   L[h,w]     = relu(sum_c alpha[c] A[n,h,w,c])              A, dA (N,H,W,C)
// Source: Chattopadhay et al., arXiv 1710.11063v3, eqs. 5 and 19, for Y = exp(score), whose derivatives are exp(score) g,
// exp(score) g^2 and exp(score) g^3.
// Deviates: the factor exp(score) of alpha is left out. It is the same at every place and overflows.
// Throws ShapeError if the shapes differ.
Map grad_cam_plus_plus(const Tensor& A, const Tensor& dA, int64_t n);

}  // namespace eca
