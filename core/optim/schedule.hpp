// The learning rate as a function of the step:
//
//   T = total_steps
//   W = warmup * T
//   s = step + 1/2                                                      the middle of a step
//
//   lr = peak * s / W                                                   s < W: linear warm-up, all kinds
//   lr = peak                                                           constant
//   lr = peak * factor^(number of milestones m with s >= m * T)         step, m below 1
//   lr = peak * factor^(number of milestones m with s >= m * E)         step, m in epochs of E steps, from 1
//   lr = peak * factor^floor(s / E)                                     exponential, E steps in an epoch
//   lr = peak * (1 + cos(pi * (s - W) / (T - W))) / 2                   cosine, to 0
//   lr = peak * (T - s) / (T - W)                                       triangular, to 0
//
// Taken at the middle, no step has the rate 0, and the rates of a whole triangle or cosine sum to peak * T / 2, the
// area under the curve (W a whole number).
//
// Sources: cosine:     Loshchilov, Hutter, arXiv 1608.03983v5, eq. 5.
//          triangular: one cycle of Smith, Topin, arXiv 1708.07120v3.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eca {

struct Schedule {
  enum class Kind { constant, step, exponential, cosine, triangular };

  Kind kind = Kind::constant;
  double warmup = 0;  // fraction of the run, 0 <= warmup < 1
  // Of `step`, ascending: fractions of the run, warmup < m < 1; or all epochs, 1 <= m.
  std::vector<double> milestones{};
  double factor = 1;  // of `step` and `exponential`: 0 < factor
  double peak = 0;    // the highest rate
  int64_t total_steps = 0;
  int64_t epoch_steps = 0;  // of an epoch, for milestones in epochs and for `exponential`

  // Throws Error unless 0 <= step < total_steps.
  double lr(int64_t step) const;

  // The milestones in epochs that lie beyond the last step, and so change nothing.
  std::vector<double> milestones_beyond_end() const;

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// Everything but peak and the numbers of steps, from a kind and, after a colon, its options:
//   "constant"   "step:at=0.5/0.75,factor=0.1"   "step:at=30/60,gamma=0.1"
//   "exponential:factor=0.98"
//   "cosine"     "cosine:warmup=0.05"            "triangular:warmup=0.2"
// Where an option is left out it has these values: warmup=0.2 of triangular, warmup=0 of the others,
// at=0.5/0.75, factor=0.1 of step and 0.98 of exponential (which PyTorch calls gamma: either word does). Throws Error naming what is wrong and what is
// possible.
Schedule parse_schedule(const std::string& text);

// The text with every option that matters: parse_schedule gives the same schedule back, but for peak and steps.
std::string to_string(const Schedule& schedule);

}  // namespace eca
