// The axes of a picture: which numbers stand at which place. Nothing is left to the program that draws.
#pragma once

#include <string>
#include <vector>

namespace eca {

struct Tick {
  double place;  // share of the axis, 0 to 1
  std::string text;
};

// A linear axis, or a logarithmic one with a place for zero before it:
//   linear       place(v) = (v - low) / (high - low)
//   logarithmic  place(v) = start + (1 - start) (log v - log low) / (log high - log low),   place(0) = zero
struct Axis {
  static constexpr double zero = 0.05, gap = 0.10, start = 0.15;  // gap: the middle of what is left out

  double low, high;          // values at the ends; of a logarithmic axis that of `start`
  bool logarithmic = false;  // with zero: values below `low` are drawn there
  bool with_zero = false;
  std::vector<Tick> ticks;

  double place(double value) const;
};

// An axis with room beside the values, and about six ticks at 1, 2 or 5 times a power of ten. It does not go below
// `least` nor above `most`. Throws Error if there are no values, or one is not finite.
Axis linear_axis(const std::vector<double>& values, double least, double most);

// For sizes, none below 0: linear, or logarithmic where the largest is more than 20 times the smallest above 0.
Axis size_axis(const std::vector<double>& values);

// "0.5", "200", "1.5k", "20M": a thousand is k, a million M, a billion G.
std::string short_number(double value);

// Places near the wanted ones, at least `gap` apart and in the same order, from `low` to `high`; the sum of
// squares of their distances to the wanted ones is least. Where there is no room for all, the last go beyond
// `high`.
std::vector<double> spread_out(const std::vector<double>& wanted, double gap, double low, double high);

}  // namespace eca
