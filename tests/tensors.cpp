#include "tests/tensors.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "core/base/random.hpp"

namespace eca::test {

Tensor random_tensor(const Shape& shape, uint64_t seed, double low, double high) {
  return random_away_from({}, shape, seed, low, high);
}

Tensor random_away_from(const std::vector<double>& kinks, const Shape& shape, uint64_t seed, double low,
                        double high, double gap) {
  Random random(seed, Purpose::test, static_cast<uint64_t>(shape.numel()));
  std::vector<real> values(static_cast<size_t>(shape.numel()));
  const auto too_near = [&](double value) {
    return std::any_of(kinks.begin(), kinks.end(), [&](double kink) { return std::abs(value - kink) < gap; });
  };
  for (real& drawn : values) {
    double value = 0;
    do value = random.uniform(low, high);
    while (too_near(value));
    drawn = static_cast<real>(value);
  }
  return Tensor::from(shape, values);
}

Tensor distinct_tensor(const Shape& shape, uint64_t seed) {
  Random random(seed, Purpose::test, static_cast<uint64_t>(shape.numel()));
  const int64_t n = shape.numel();
  std::vector<real> values;
  for (int64_t i = 0; i < n; ++i) values.push_back(static_cast<real>(i - n / 2) * static_cast<real>(0.01));
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.below(i)]);
  return Tensor::from(shape, values);
}

Tensor nan_tensor(const Shape& shape) { return Tensor::full(shape, std::numeric_limits<real>::quiet_NaN()); }

Tensor copy_of(const Tensor& x) { return Tensor::from(x.shape(), x.values()); }

std::string index_text(const Shape& shape, int64_t i) {
  std::vector<int64_t> index(static_cast<size_t>(shape.rank()));
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[static_cast<size_t>(axis)] = i % shape.dim(axis);
    i /= shape.dim(axis);
  }
  return Shape(index).str();
}

static double largest(const Tensor& x) {
  double result = 0;
  for (const real value : x.values()) result = std::max(result, std::abs(static_cast<double>(value)));
  return result;
}

std::string difference(const Tensor& found, const Tensor& expected, double relative, double absolute) {
  if (!found.defined()) return "undefined, expected " + expected.shape().str();
  if (!(found.shape() == expected.shape()))
    return "shape " + found.shape().str() + ", expected " + expected.shape().str();
  const std::vector<real> as = found.values(), bs = expected.values();
  size_t worst = 0;
  int64_t wrong = 0;
  double worst_error = -1;
  const double tolerance = absolute + relative * largest(expected);
  for (size_t i = 0; i < as.size(); ++i) {
    const double a = static_cast<double>(as[i]), b = static_cast<double>(bs[i]);
    double error = std::abs(a - b);
    if (std::isnan(error)) error = a == b ? 0 : std::numeric_limits<double>::infinity();
    if (!(error <= tolerance)) ++wrong;
    if (error > worst_error) {
      worst_error = error;
      worst = i;
    }
  }
  if (wrong == 0) return "";
  char text[256];
  std::snprintf(text, sizeof text,
                "%lld of %lld elements differ by more than %.3g; most at %s: found %.17g, expected %.17g",
                static_cast<long long>(wrong), static_cast<long long>(found.numel()), tolerance,
                index_text(found.shape(), static_cast<int64_t>(worst)).c_str(),
                static_cast<double>(as[worst]), static_cast<double>(bs[worst]));
  return text;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  const std::vector<real> as = a.values(), bs = b.values();
  return a.shape() == b.shape() && std::memcmp(as.data(), bs.data(), as.size() * sizeof(real)) == 0;
}

}  // namespace eca::test
