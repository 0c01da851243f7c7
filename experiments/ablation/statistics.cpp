#include "experiments/ablation/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "core/base/error.hpp"

namespace eca {

static void check_count(const char* what, size_t found, size_t expected) {
  if (found >= expected) return;
  throw Error(std::string(what) + ": " + std::to_string(found) + " values, expected at least " +
              std::to_string(expected));
}

double mean(const std::vector<double>& values) {
  check_count("mean", values.size(), 1);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_deviation(const std::vector<double>& values) {
  check_count("standard deviation", values.size(), 2);
  const double m = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - m) * (value - m);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

// The continued fraction 1/(1 + d1/(1 + d2/(1 + ...))) of DLMF 8.17.22, https://dlmf.nist.gov/8.17, from the front
// (modified Lentz). It converges fast for x < (a+1)/(a+b+2).
//   d_2m   =  m (b-m) x / ((a+2m-1)(a+2m))
//   d_2m+1 = -(a+m)(a+b+m) x / ((a+2m)(a+2m+1))
static double beta_fraction(double x, double a, double b) {
  constexpr double kTiny = 1e-300;
  const auto not_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double f = 1, numerator = 1 / kTiny, denominator = 1;
  for (int j = 1; j < 10000; ++j) {
    const double m = j / 2;
    const double d = j % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / not_zero(1 + d * denominator);
    numerator = not_zero(1 + d / numerator);
    f *= numerator * denominator;
    if (std::abs(numerator * denominator - 1) < 1e-16) break;
  }
  return f;
}

//   I_x(a,b) = x^a (1-x)^b / (a B(a,b)) * fraction(x,a,b)     DLMF 8.17.22
//   I_x(a,b) = 1 - I_1-x(b,a)                                DLMF 8.17.4
double incomplete_beta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(1 - x, b, a);
  const double log_beta = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  return std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta) / a * beta_fraction(x, a, b);
}

// P(|T| >= |t|) = I_x(v/2, 1/2) with x = v / (v + t^2)     Abramowitz and Stegun 26.7.1
double student_two_sided_p(double t, double freedom) {
  return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

double student_cdf(double t, double freedom) {
  const double tail = student_two_sided_p(t, freedom) / 2;
  return t > 0 ? 1 - tail : tail;
}

// The x in [low, high] at which the rising f reaches `target`, by halving.
template <class Function>
static double solve_rising(const Function& f, double target, double low, double high) {
  for (int i = 0; i < 200; ++i) {
    const double middle = low + (high - low) / 2;
    (f(middle) < target ? low : high) = middle;
  }
  return high;
}

double student_quantile(double probability, double freedom) {
  if (!(probability > 0 && probability < 1)) {
    throw Error("student_quantile: probability " + std::to_string(probability) +
                ", expected between 0 and 1");
  }
  if (probability < 0.5) return -student_quantile(1 - probability, freedom);
  return solve_rising([&](double t) { return student_cdf(t, freedom); }, probability, 0, 1e9);
}

Interval interval95(const std::vector<double>& values) {
  const double n = static_cast<double>(values.size());
  const double deviation = standard_deviation(values);
  return {mean(values), student_quantile(0.975, n - 1) * deviation / std::sqrt(n)};
}

double paired_t_test(const std::vector<double>& differences) {
  const double n = static_cast<double>(differences.size());
  const double error = standard_deviation(differences) / std::sqrt(n), m = mean(differences);
  if (error == 0) return m == 0 ? 1 : 0;
  return student_two_sided_p(m / error, n - 1);
}

// In rising order the i-th of m (from 0) is multiplied by m - i, and is never below the one before.
std::vector<double> holm(const std::vector<double>& p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double highest = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    highest = std::max(highest, p[order[i]] * static_cast<double>(p.size() - i));
    corrected[order[i]] = std::min(1.0, highest);
  }
  return corrected;
}

static double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// With v = n - 1 degrees of freedom, h = v/2 and d = effect sqrt(n), the test's statistic is T' = (Z + d) / s,
// where Z is normal and s = sqrt(chi2_v / v):
//   f(s)  = 2 h^h / Gamma(h) s^(v-1) exp(-h s^2)                        density of s
//   q     = t_{0.975,v}
//   power = int_0^inf f(s) (P(Z + d > q s) + P(Z + d < -q s)) ds        by Simpson's rule
double power_of_t_test(double effect, int64_t n) {
  check_count("power of a t-test", static_cast<size_t>(std::max<int64_t>(n, 0)), 2);
  const double v = static_cast<double>(n - 1), h = v / 2, d = effect * std::sqrt(static_cast<double>(n));
  const double q = student_quantile(0.975, v), log_scale = std::log(2.0) + h * std::log(h) - std::lgamma(h);
  const auto integrand = [&](double s) {
    const double density = std::exp(log_scale - h * s * s) * std::pow(s, v - 1);
    return density * (normal_cdf(d - q * s) + normal_cdf(-d - q * s));
  };
  constexpr int kSteps = 2000;
  const double step = (1 + 12 / std::sqrt(v)) / kSteps;
  double sum = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const int weight = i == 0 || i == kSteps ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * integrand(i * step);
  }
  return sum * step / 3;
}

double smallest_effect(int64_t n) {
  return solve_rising([&](double effect) { return power_of_t_test(effect, n); }, 0.8, 0, 100);
}

}  // namespace eca
