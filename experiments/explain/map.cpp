#include "experiments/explain/map.hpp"

#include <algorithm>

namespace eca {

namespace {

// Between which two of `from` places place i of `to` lies, and how far from the first.
struct Between {
  int64_t low, high;
  double share;
};

Between between(int64_t i, int64_t to, int64_t from) {
  const double place =
      (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
  const double inside = std::clamp(place, 0.0, static_cast<double>(from - 1));
  const auto low = static_cast<int64_t>(inside);
  return {low, std::min(low + 1, from - 1), inside - static_cast<double>(low)};
}

}  // namespace

Map upsampled(const Map& map, int64_t height, int64_t width) {
  Map y = {height, width, {}};
  y.values.reserve(static_cast<size_t>(height * width));
  for (int64_t h = 0; h < height; ++h) {
    const Between v = between(h, height, map.height);
    for (int64_t w = 0; w < width; ++w) {
      const Between u = between(w, width, map.width);
      const double above = (1 - u.share) * map.at(v.low, u.low) + u.share * map.at(v.low, u.high);
      const double below = (1 - u.share) * map.at(v.high, u.low) + u.share * map.at(v.high, u.high);
      y.values.push_back((1 - v.share) * above + v.share * below);
    }
  }
  return y;
}

double largest_above_zero(const Map& map) {
  double largest = 0;
  for (const double value : map.values) largest = std::max(largest, value);
  return largest;
}

}  // namespace eca
