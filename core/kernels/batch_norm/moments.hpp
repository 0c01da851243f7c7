// First and second moments of the channels of x (N,HW,C), in two steps: of each image, then of the batch.
//   image_mean[n,c]    = 1/HW sum_p x[n,p,c]                            (N,C)
//   image_squares[n,c] = sum_p (x[n,p,c] - image_mean[n,c])^2           (N,C)
//   mean[c]            = 1/N sum_n image_mean[n,c]                      (C)
//   var[c]             = 1/(N*HW) sum_{n,p} (x[n,p,c] - mean[c])^2      (C), biased
// Whoever writes x can take the first step while it lies in registers or cache. E[x^2] - E[x]^2 would need no mean,
// but cancels where the mean is large against the spread. Instead the means m and squares M of two parts a and b, of
// n_a and n_b values, are joined:
//   m = m_a + (m_b - m_a) * n_b/(n_a+n_b)
//   M = M_a + M_b + (m_b - m_a)^2 * n_a*n_b/(n_a+n_b)
// Source: Chan, Golub, LeVeque, "Algorithms for computing the sample variance", 1983.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"

namespace eca::kernels {

// The first step, for x (N,HW,C).
void image_moments(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW, int64_t C);
void image_moments_ref(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW,
                       int64_t C);
void image_moments_fast(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW,
                        int64_t C);
// The fast twin for one image: x (HW,C), mean and squares (C).
void moments_of_one_image(real* mean, real* squares, const real* x, int64_t HW, int64_t C);

// The second step: mean and var (C) of the whole batch, joined in double in the order of core/parallel/leaves.hpp.
void join_moments(real* mean, real* var, const real* image_mean, const real* image_squares, int64_t N,
                  int64_t HW, int64_t C);

// Joins the mean and squares of n values with those of nk more, in place.
template <class T, class Count>
ECA_DEVICE void join(T& mean, T& squares, Count n, T mean_k, T squares_k, Count nk) {
  const T delta = mean_k - mean;
  squares += squares_k + delta * delta * (n * nk / (n + nk));
  mean += delta * (nk / (n + nk));
}

// On a GPU, of arrays that lie there.
void join_moments_cuda(real* mean, real* var, const real* image_mean, const real* image_squares, int64_t N,
                       int64_t HW, int64_t C);
void image_moments_cuda(real* image_mean, real* image_squares, const real* x, int64_t N, int64_t HW,
                        int64_t C);

}  // namespace eca::kernels
