#include "docs/book/exercises/12_schedule/task.hpp"

#include <cmath>
#include <numbers>

double learning_rate(int step, int total_steps, double warmup, double peak) {
  const double s = step + 0.5, T = total_steps, W = warmup * T;
  if (s < W) return peak * s / W;
  return peak * 0.5 * (1 + std::cos(std::numbers::pi * (s - W) / (T - W)));
}
