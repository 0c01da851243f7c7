#include "experiments/drawing/chart.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace eca {

void check_chart(const Chart& chart) {
  for (const Curve& curve : chart.curves) {
    if (curve.values.size() < 2)
      throw Error("chart \"" + chart.title + "\": a curve of " + std::to_string(curve.values.size()) +
                  " values, expected two");
    if (!std::ranges::all_of(curve.values, [](double v) { return std::isfinite(v); }))
      throw Error("chart \"" + chart.title + "\": a curve with a value that is not finite");
  }
}

}  // namespace eca
