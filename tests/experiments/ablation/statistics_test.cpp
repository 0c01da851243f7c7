#include "experiments/ablation/statistics.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

// Expected numbers: 30-digit arithmetic (mpmath); the quantiles are those of every printed table.

TEST_CASE("quantiles of Student's t", "[statistics]") {
  const struct {
    double probability, freedom, expected;
  } table[] = {{0.975, 1, 12.7062047362},  {0.975, 2, 4.30265272975},
               {0.975, 4, 2.7764451052},   {0.975, 9, 2.2621571628},
               {0.975, 14, 2.14478668792}, {0.975, 30, 2.0422724563},
               {0.8, 1, 1.37638192047},    {0.8, 2, 1.06066017178},
               {0.8, 9, 0.883403859686},   {0.5, 3, 0},
               {0.025, 2, -4.30265272975}};
  for (const auto& row : table) {
    CAPTURE(row.probability, row.freedom);
    CHECK(student_quantile(row.probability, row.freedom) ==
          Approx(row.expected).epsilon(1e-11).margin(1e-11));
  }
}

TEST_CASE("p-values of Student's t and the incomplete beta function", "[statistics]") {
  CHECK(student_two_sided_p(2, 2) == Approx(0.18350341907227).epsilon(1e-12));
  CHECK(student_two_sided_p(-1, 1) == Approx(0.5).epsilon(1e-12));
  CHECK(student_two_sided_p(2.5, 4) == Approx(0.066766544811988).epsilon(1e-12));
  CHECK(student_two_sided_p(3.2, 9) == Approx(0.010831302589901).epsilon(1e-12));
  CHECK(student_two_sided_p(0.1, 5) == Approx(0.92423014115466).epsilon(1e-12));
  CHECK(student_two_sided_p(50, 2) == Approx(0.00039976015988808).epsilon(1e-12));
  CHECK(student_cdf(0, 7) == Approx(0.5).epsilon(1e-12));
  CHECK(student_cdf(-2, 2) + student_cdf(2, 2) == Approx(1).epsilon(1e-12));
  CHECK(incomplete_beta(0.3, 2, 3) == Approx(0.3483).epsilon(1e-12));
  CHECK(incomplete_beta(0.9, 0.5, 5) == Approx(0.9999974294103).epsilon(1e-12));
  CHECK(incomplete_beta(0.01, 10, 0.5) == Approx(1.7700349655286e-21).epsilon(1e-10));
  CHECK(incomplete_beta(0, 2, 3) == 0);
  CHECK(incomplete_beta(1, 2, 3) == 1);
}

TEST_CASE("mean, standard deviation, interval and paired test of a few values", "[statistics]") {
  const std::vector<double> values = {1, 2, 4};
  CHECK(mean(values) == Approx(7.0 / 3));
  CHECK(standard_deviation(values) == Approx(std::sqrt(7.0 / 3)));
  CHECK(interval95(values).half_width == Approx(4.30265272975 * std::sqrt(7.0) / 3));
  CHECK(paired_t_test(values) == Approx(student_two_sided_p(std::sqrt(7.0), 2)));
  CHECK(paired_t_test({0, 0}) == 1);
  CHECK(paired_t_test({1, 1}) == 0);
  CHECK(error_text<Error>([] { standard_deviation({1}); }) ==
        "standard deviation: 1 values, expected at least 2");
}

TEST_CASE("Holm's correction", "[statistics]") {
  const std::vector<double> corrected = holm({0.01, 0.04, 0.03, 0.005});
  CHECK(corrected[0] == Approx(0.03));
  CHECK(corrected[1] == Approx(0.06));
  CHECK(corrected[2] == Approx(0.06));
  CHECK(corrected[3] == Approx(0.02));
  CHECK(holm({0.9, 0.8}) == std::vector<double>{1, 1});
  CHECK(holm({}).empty());
}

TEST_CASE("power of a t-test, and the smallest difference that n pairs can show", "[statistics]") {
  CHECK(power_of_t_test(0, 5) == Approx(0.05).epsilon(1e-6));
  CHECK(power_of_t_test(3 / std::sqrt(3.0), 3) == Approx(0.387400128526).epsilon(1e-6));
  CHECK(smallest_effect(2) == Approx(11.54988844).epsilon(1e-4));
  CHECK(smallest_effect(3) == Approx(3.26404355).epsilon(1e-6));
  CHECK(smallest_effect(5) == Approx(1.681996966).epsilon(1e-6));
  CHECK(smallest_effect(10) == Approx(0.9960013715).epsilon(1e-6));
}

}  // namespace eca::test
