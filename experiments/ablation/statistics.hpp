// The statistics of a few repeated runs: mean, spread, Student's t, and what n runs are able to show.
#pragma once

#include <cstdint>
#include <vector>

namespace eca {

// Throws Error without a value.
double mean(const std::vector<double>& values);
// Standard deviation of a sample, with n - 1 in the denominator. Throws Error below two values.
double standard_deviation(const std::vector<double>& values);

// I_x(a,b), the regularised incomplete beta function. 0 <= x <= 1; a, b > 0.
double incomplete_beta(double x, double a, double b);

// Student's t distribution with `freedom` degrees of freedom: P(T <= t), its inverse, and P(|T| >= |t|). The inverse
// throws Error unless 0 < probability < 1.
double student_cdf(double t, double freedom);
double student_quantile(double probability, double freedom);
double student_two_sided_p(double t, double freedom);

// 95 % interval of the mean of n values, for means that are normally distributed. Throws Error below two values.
//   half_width = t_{0.975,n-1} sd / sqrt(n)
struct Interval {
  double mean, half_width;
  double low() const { return mean - half_width; }
  double high() const { return mean + half_width; }
};
Interval interval95(const std::vector<double>& values);

// p-value of the hypothesis that paired differences have mean zero (paired t-test). Throws Error below two values.
//   t = mean / (sd / sqrt(n))
//   p = P(|T| >= |t|) at n - 1 degrees of freedom
double paired_t_test(const std::vector<double>& differences);

// Holm's correction for several comparisons (Scandinavian Journal of Statistics 6, 1979): p-values that may each
// be held against the same 5 %.
std::vector<double> holm(const std::vector<double>& p);

// Probability that a two-sided 5 % paired t-test of n pairs finds a true mean difference of `effect` standard
// deviations. Throws Error for n < 2, as does the next.
double power_of_t_test(double effect, int64_t n);
// The least true difference, in standard deviations of the paired differences, that n pairs find with 80 %
// probability.
double smallest_effect(int64_t n);

}  // namespace eca
