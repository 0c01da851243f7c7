#include "experiments/step/value_range.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

ValueRange range_of(std::span<const real> values) {
  ValueRange range;
  double squares = 0;
  bool first = true;
  for (const real v : values) {
    const auto value = static_cast<double>(v);
    if (!std::isfinite(value)) {
      ++range.not_finite;
      continue;
    }
    range.min = first ? value : std::min(range.min, value);
    range.max = first ? value : std::max(range.max, value);
    squares += value * value;
    first = false;
  }
  range.norm = std::sqrt(squares);
  return range;
}

}  // namespace eca
