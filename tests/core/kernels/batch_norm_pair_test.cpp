#include "core/kernels/batch_norm/batch_norm.hpp"

#include <cmath>

#include "core/kernels/batch_norm/moments.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::BatchNormChannels;

namespace {

struct Rows {
  int64_t R, C;
};

// One row, odd counts, and several chunks of 32768 values with a part of one at the end.
const std::vector<Rows> kShapes = {{1, 3},     {2, 1},     {7, 3},     {35, 17},   {63, 16},   {70000, 1},
                                   {30001, 3}, {5001, 16}, {4100, 17}, {1537, 64}, {20, 5000}, {3, 40000}};

// x = mean + spread * uniform(-1,1).
Tensor random_rows(const Rows& rows, uint64_t seed, double mean = 0, double spread = 1) {
  return random_tensor({rows.R, rows.C}, seed, mean - spread, mean + spread);
}

struct Statistics {
  Tensor mean, var;
};

// In extended precision, two passes.
Statistics exact_statistics(const Tensor& x) {
  const int64_t R = x.dim(0), C = x.dim(1);
  Statistics s = {Tensor::empty({C}), Tensor::empty({C})};
  for (int64_t c = 0; c < C; ++c) {
    long double sum = 0, squares = 0;
    for (int64_t r = 0; r < R; ++r) sum += static_cast<long double>(x.data()[r * C + c]);
    const long double mean = sum / static_cast<long double>(R);
    for (int64_t r = 0; r < R; ++r) {
      const long double d = static_cast<long double>(x.data()[r * C + c]) - mean;
      squares += d * d;
    }
    s.mean.data()[c] = static_cast<real>(mean);
    s.var.data()[c] = static_cast<real>(squares / static_cast<long double>(R));
  }
  return s;
}

// What a batch norm knows of x, and a cotangent.
struct BatchNormProblem {
  Tensor x, dy, gamma, beta, inv_std;
  Statistics s;
  BatchNormProblem(const Rows& rows, double mean)
      : x(random_rows(rows, 1, mean)),
        dy(random_rows(rows, 2)),
        gamma(random_tensor({rows.C}, 3)),
        beta(random_tensor({rows.C}, 4)),
        inv_std(Tensor::empty({rows.C})),
        s(exact_statistics(x)) {
    for (int64_t c = 0; c < rows.C; ++c) inv_std.data()[c] = 1 / std::sqrt(s.var.data()[c] + real{1e-3});
  }
  BatchNormChannels channels(Here& here) const {
    return {here(s.mean), here(inv_std), here(gamma), here(beta)};
  }
};

// Some counts of images that divide the rows.
std::vector<int64_t> image_counts(int64_t R) {
  std::vector<int64_t> counts;
  for (const int64_t N : {1, 2, 3, 7, 53}) {
    if (R % N == 0) counts.push_back(N);
  }
  return counts;
}

void check_statistics(const Rows& rows, double mean, double mean_tolerance, double var_tolerance) {
  const SettingsRestored restored;
  const Tensor x = random_rows(rows, 1, mean);
  const Statistics exact = exact_statistics(x);
  for (const int64_t N : image_counts(rows.R)) {
    const int64_t HW = rows.R / N, C = rows.C;
    Tensor expected_image_mean;
    for (const KernelMode mode : twin_modes()) {
      CAPTURE(N, to_string(mode));
      set_kernel_mode(mode);
      Here here;
      Tensor found_mean = nan_tensor({C}), found_var = nan_tensor({C});
      Tensor image_mean = nan_tensor({N, C}), squares = nan_tensor({N, C});
      kernels::image_moments(image_mean.data(), squares.data(), here(x), N, HW, C);
      kernels::join_moments(found_mean.data(), found_var.data(), image_mean.data(), squares.data(), N, HW, C);
      CHECK(difference(found_mean, exact.mean, 0, mean_tolerance) == "");
      CHECK(difference(found_var, exact.var, 0, var_tolerance) == "");
      if (mode == KernelMode::ref) {
        expected_image_mean = image_mean;
      } else {
        CHECK(difference(image_mean, expected_image_mean, 0, mean_tolerance) == "");
        ++counters.kernel_pairs;
      }
    }
  }
}

}  // namespace

// Rows that one chunk of the fast twin sums in `real`, before chunks are joined in double.
static double rows_of_a_chunk(const Rows& rows) {
  return static_cast<double>(std::min(rows.R, std::max<int64_t>(1, 32768 / rows.C)));
}

TEST_CASE("batch norm pair: statistics against extended precision", "[pair][batch_norm]") {
  for (const Rows& rows : kShapes) {
    CAPTURE(rows.R, rows.C);
    // The squares are all positive: a straight walk, whose n additions round in random directions.
    const double tolerance = kEps * (2 + std::sqrt(rows_of_a_chunk(rows)));
    check_statistics(rows, 0, tolerance, tolerance);
  }
}

// E[x^2] - E[x]^2 would lose all digits: in float 1e6 has steps of 0.06, and the variance is 1/3.
TEST_CASE("batch norm pair: the variance is accurate beside a large mean", "[pair][batch_norm]") {
  constexpr double kMean = 1000;
  for (const Rows& rows : kShapes) {
    CAPTURE(rows.R, rows.C);
    // A chunk's mean is off by e = mean * eps * sqrt(rows). Its squares about that mean are off by e^2, and
    // joined with other chunks, 2 e times the distance of their means, which is about 1/sqrt(rows).
    const double e = kMean * kEps * std::sqrt(rows_of_a_chunk(rows));
    check_statistics(rows, kMean, e + kMean * kEps, e * e + 2 * kMean * kEps);
  }
}

TEST_CASE("batch norm pair: equal values have no variance", "[pair][batch_norm]") {
  const SettingsRestored restored;
  for (const KernelMode mode : twin_modes()) {
    set_kernel_mode(mode);
    for (const Rows& rows : kShapes) {
      CAPTURE(rows.R, rows.C, to_string(mode));
      const Tensor x = Tensor::full({rows.R, rows.C}, real{0.1});
      Tensor mean = nan_tensor({rows.C}), var = nan_tensor({rows.C});
      Tensor image_mean = nan_tensor({1, rows.C}), squares = nan_tensor({1, rows.C});
      kernels::image_moments(image_mean.data(), squares.data(), x.data(), 1, rows.R, rows.C);
      kernels::join_moments(mean.data(), var.data(), image_mean.data(), squares.data(), 1, rows.R, rows.C);
      // Equal values round alike for as long as their sum keeps its exponent: no random walk.
      const double mean_error = 0.1 * kEps * std::sqrt(static_cast<double>(rows.R)) * 20;
      CHECK(difference(mean, Tensor::full({rows.C}, real{0.1}), 0, mean_error) == "");
      CHECK(difference(var, Tensor::zeros({rows.C}), 0, mean_error * mean_error) == "");
    }
  }
}

TEST_CASE("batch norm pair: apply", "[pair][batch_norm]") {
  for (const double mean : {0., 1000.}) {
    for (const Rows& rows : kShapes) {
      CAPTURE(rows.R, rows.C, mean);
      const BatchNormProblem p(rows, mean);
      check_twins("y", p.x.shape(), {0, 4 * kEps}, [&](Here& here, real* y) {
        kernels::batch_norm_apply(y, here(p.x), p.channels(here), rows.R, rows.C);
      });
    }
  }
}

TEST_CASE("batch norm pair: sums of the backward", "[pair][batch_norm]") {
  for (const double mean : {0., 1000.}) {
    for (const Rows& rows : kShapes) {
      CAPTURE(rows.R, rows.C, mean);
      const BatchNormProblem p(rows, mean);
      for (const int64_t N : image_counts(rows.R)) {
        CAPTURE(N);
        // |x_hat| is up to 2
        check_twins("sums", {2, rows.C}, 2 * sum_tolerance(rows.R), [&](Here& here, real* sums) {
          kernels::batch_norm_sums(sums, sums + rows.C, here(p.dy), here(p.x), p.channels(here), N,
                                   rows.R / N, rows.C);
        });
      }
    }
  }
}

TEST_CASE("batch norm pair: dx of training and of evaluation", "[pair][batch_norm]") {
  for (const double mean : {0., 1000.}) {
    for (const Rows& rows : kShapes) {
      CAPTURE(rows.R, rows.C, mean);
      const BatchNormProblem p(rows, mean);
      Here host;
      Tensor sum = nan_tensor({rows.C}), xhat = nan_tensor({rows.C});
      kernels::batch_norm_sums_ref(sum.data(), xhat.data(), p.dy.data(), p.x.data(), p.channels(host), rows.R,
                                   /*HW=*/1, rows.C);
      for (const bool training : {true, false}) {
        CAPTURE(training);
        const Tensor sum_dy = training ? sum : Tensor(), sum_dy_xhat = training ? xhat : Tensor();
        // The fast twin multiplies x by sum_dy_xhat/R before it takes the mean off: |mean|+1 roundings there.
        double largest = 0;
        for (int64_t c = 0; c < rows.C; ++c) {
          const double a = static_cast<double>(std::abs(p.gamma.data()[c] * p.inv_std.data()[c]));
          const double b = a * static_cast<double>(p.inv_std.data()[c] * std::abs(xhat.data()[c])) /
                           static_cast<double>(rows.R);
          largest = std::max(largest, 4 * a + b * (mean + 1));
        }
        check_twins("dx", p.x.shape(), 4 * kEps * largest, [&](Here& here, GradSlot dx) {
          kernels::batch_norm_dx(dx, here(p.dy), here(p.x), p.channels(here), here(sum_dy), here(sum_dy_xhat),
                                 rows.R, /*HW=*/1, rows.C);
        });
      }
    }
  }
}
