// Losses of each element by itself, weighted and added up:
//   loss = 1/divisor sum_i w[i] f(x[i], t[i])
//   dx[i] = dloss/divisor w[i] f'(x[i], t[i])           f': by x
// x, t, w, dx (N,M), w null: 1; loss (). The sum is over the whole batch, N its images, in the order of core/parallel/leaves.hpp.
// The formulas of f, with their sources: layers/detection/element_losses.cpp.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// p = sigmoid(x) and 1-p, and their logarithms, with one exp and one log and without overflow or cancellation:
//   e = exp(-|x|)     the larger of p and 1-p is 1/(1+e), the smaller e/(1+e)
struct Probability {
  real p, not_p, minus_log_p, minus_log_not_p;

  ECA_DEVICE explicit Probability(real x) {
    const real e = std::exp(-std::abs(x)), larger = 1 / (1 + e), smaller = e / (1 + e), log = std::log1p(e);
    p = x > 0 ? larger : smaller;
    not_p = x > 0 ? smaller : larger;
    minus_log_p = (x > 0 ? 0 : -x) + log;
    minus_log_not_p = (x > 0 ? x : 0) + log;
  }
};

// c = -t log p - (1-t) log(1-p)
struct SigmoidCrossEntropyTerm {
  ECA_DEVICE static real c(const Probability& of, real t) {
    return t * of.minus_log_p + (1 - t) * of.minus_log_not_p;
  }
  ECA_DEVICE real value(real x, real t) const { return c(Probability(x), t); }
  ECA_DEVICE real slope(real x, real t) const { return Probability(x).p - t; }
};

// alpha_t q^gamma c          q = p (1-t) + (1-p) t
struct FocalTerm {
  real alpha, gamma;  // alpha below 0: alpha_t is 1

  ECA_DEVICE real alpha_t(real t) const { return alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t); }
  ECA_DEVICE static real q(const Probability& of, real t) { return of.p * (1 - t) + of.not_p * t; }
  ECA_DEVICE static real power(real base, real exponent) {
    if (exponent == 2) return base * base;
    return exponent == 1 ? base : std::pow(base, exponent);
  }
  ECA_DEVICE real value(real x, real t) const {
    const Probability of(x);
    return alpha_t(t) * power(q(of, t), gamma) * SigmoidCrossEntropyTerm::c(of, t);
  }
  ECA_DEVICE real slope(real x, real t) const {
    const Probability of(x);
    const real q_of_x = q(of, t);
    real slope = power(q_of_x, gamma) * (of.p - t);
    if (gamma != 0 && q_of_x > 0) {
      const real dq = of.p * of.not_p * (1 - 2 * t);
      slope += gamma * power(q_of_x, gamma - 1) * dq * SigmoidCrossEntropyTerm::c(of, t);
    }
    return alpha_t(t) * slope;
  }
};

// d^2 / (2 beta) where |d| < beta, else |d| - beta/2          d = x - t
struct SmoothL1Term {
  real beta;

  ECA_DEVICE real value(real x, real t) const {
    const real d = std::abs(x - t);
    return d < beta ? d * d / (2 * beta) : d - beta / 2;
  }
  ECA_DEVICE real slope(real x, real t) const {
    const real d = x - t;
    if (std::abs(d) < beta) return d / beta;
    return static_cast<real>(d > 0) - static_cast<real>(d < 0);
  }
};

template <class Term>
void element_loss_forward(real* loss, const Term& f, const real* x, const real* t, const real* w,
                          real divisor, int64_t N, int64_t M);
template <class Term>
void element_loss_dx(GradSlot dx, const real* dloss, const Term& f, const real* x, const real* t,
                     const real* w, real divisor, int64_t n);

// On a GPU, of arrays that lie there.
template <class Term>
void element_loss_forward_cuda(real* loss, const Term& f, const real* x, const real* t, const real* w,
                               real divisor, int64_t N, int64_t M);

//   loss  = 1/divisor sum_{r,i} f(x[r,i,label r], t[r,i])          f: of SigmoidCrossEntropyTerm   x (R,P,K)   t (R,P)
//   dx[r,i,k] = dloss/divisor f'(x[r,i,k], t[r,i]) where k is label r, else 0
void mask_cross_entropy_forward(real* loss, const real* x, const real* t, const int32_t* labels, real divisor,
                                int64_t R, int64_t P, int64_t K);
void mask_cross_entropy_dx(GradSlot dx, const real* dloss, const real* x, const real* t,
                           const int32_t* labels, real divisor, int64_t R, int64_t P, int64_t K);

// On a GPU, of arrays that lie there.
void mask_cross_entropy_forward_cuda(real* loss, const real* x, const real* t, const int32_t* labels,
                                     real divisor, int64_t R, int64_t P, int64_t K);

}  // namespace eca::kernels
