// Softmax cross-entropy, and how many answers are right. The formulas, with their source: layers/cross_entropy.cpp. Sums are over the whole batch, in
// the order of core/parallel/leaves.hpp.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// q[n,k] = w[k] ((1-s) [k == label n] + s/K)
struct CrossEntropyTarget {
  const int32_t* labels;  // (N), from 0 to K-1
  const double* w;        // (K); null: 1
  double smoothing;       // s
};

//   p[n,k] = exp(x[n,k] - m[n]) / Z[n]              x, p (N,K)
//   W      = sum_n w[label n]
//   loss   = -1/W sum_n sum_k q[n,k] log p[n,k]     loss ()
void cross_entropy_forward(real* loss, real* p, const real* x, const CrossEntropyTarget& q, int64_t N,
                           int64_t K);
//   dx[n,k] = dloss/W * (p[n,k] sum_j q[n,j] - q[n,k])
void cross_entropy_dx(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& q, int64_t N,
                      int64_t K);

// count = how many rows of x (N,K) have the first of their largest entries at their label (N)
void count_correct(real* count, const real* x, const int32_t* labels, int64_t N, int64_t K);

// On a GPU, of arrays that lie there.
void cross_entropy_forward_cuda(real* loss, real* p, const real* x, const CrossEntropyTarget& q, int64_t N,
                                int64_t K);
void cross_entropy_dx_cuda(GradSlot dx, const real* dloss, const real* p, const CrossEntropyTarget& q,
                           int64_t N, int64_t K);
void count_correct_cuda(real* count, const real* x, const int32_t* labels, int64_t N, int64_t K);

}  // namespace eca::kernels
