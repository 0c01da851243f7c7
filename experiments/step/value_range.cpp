#include "experiments/step/value_range.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

ValueRange range_of(const real* v, int64_t count) {
  ValueRange range;
  double squares = 0;
  bool first = true;
  for (int64_t i = 0; i < count; ++i) {
    const auto value = static_cast<double>(v[i]);
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
