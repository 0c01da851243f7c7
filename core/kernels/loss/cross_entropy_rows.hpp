// What the loss does once for each row and for each element, on the processor and on a GPU.
#pragma once

#include <cmath>
#include <numeric>

#include "core/kernels/loss/cross_entropy.hpp"

namespace eca::kernels {

// sum_n w[label n] of images first..last-1.
ECA_DEVICE inline double weight_of(const CrossEntropyTarget& target, int64_t first, int64_t last) {
  if (target.w == nullptr) return static_cast<double>(last - first);
  double total = 0;
  for (int64_t n = first; n < last; ++n) total += target.w[target.labels[n]];
  return total;
}

// - sum_k q[n,k] log p[n,k] of row n, and its p.
ECA_DEVICE inline double cross_entropy_row(real* p, const real* x, int64_t K, int32_t label,
                                           const CrossEntropyTarget& target) {
  real largest = x[0];
  for (int64_t k = 1; k < K; ++k) largest = largest < x[k] ? x[k] : largest;
  const auto m = static_cast<double>(largest);
  double Z = 0;
  for (int64_t k = 0; k < K; ++k) Z += std::exp(static_cast<double>(x[k]) - m);
  double loss = 0;
  for (int64_t k = 0; k < K; ++k) {
    const double log_p = static_cast<double>(x[k]) - m - std::log(Z);
    double q = (k == label ? 1 - target.smoothing : 0) + target.smoothing / static_cast<double>(K);
    if (target.w != nullptr) q *= target.w[k];
    if (q > 0) loss -= q * log_p;
    p[k] = static_cast<real>(std::exp(log_p));
  }
  return loss;
}

// The part of sum_j q[n,j] that smoothing gives to every row where there are class weights: s/K sum_j w[j].
inline double weight_of_smoothing(const CrossEntropyTarget& target, int64_t K) {
  if (target.w == nullptr) return 0;
  return target.smoothing / static_cast<double>(K) * std::accumulate(target.w, target.w + K, 0.0);
}

// dx[n,k] without dloss/W: p[n,k] sum_j q[n,j] - q[n,k].
ECA_DEVICE inline real cross_entropy_gradient(real p, int64_t k, int64_t K, int32_t label,
                                              const CrossEntropyTarget& target, double smoothed) {
  const double s = target.smoothing;
  const double sum_q = target.w == nullptr ? 1 : (1 - s) * target.w[label] + smoothed;
  real q = (k == label ? static_cast<real>(1 - s) : 0) + static_cast<real>(s / static_cast<double>(K));
  if (target.w != nullptr) q *= static_cast<real>(target.w[k]);
  return p * static_cast<real>(sum_q) - q;
}

// Whether the first of the largest entries of row x (K) is that of the label.
ECA_DEVICE inline bool is_correct(const real* x, int64_t K, int32_t label) {
  int64_t largest = 0;
  for (int64_t k = 1; k < K; ++k) largest = x[largest] < x[k] ? k : largest;
  return largest == label;
}

}  // namespace eca::kernels
