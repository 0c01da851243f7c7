#include "core/kernels/elementwise/reduce.hpp"

#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("reduce pair: column sums", "[pair][reduce]") {
  struct Rows {
    int64_t R, C;
  };
  for (const auto& [R, C] :
       {Rows{1, 1}, {1, 17}, {9, 3}, {64, 16}, {70000, 1}, {30001, 3}, {5001, 17}, {3, 40000}}) {
    CAPTURE(R, C);
    const Tensor x = random_tensor({R, C}, 1);
    const int64_t rows = R, columns = C;
    check_gradient_pair(
        "sums", {C}, sum_tolerance(R),
        [&](GradSlot sums) { kernels::column_sums_ref(sums, x.data(), rows, columns); },
        [&](GradSlot sums) { kernels::column_sums_fast(sums, x.data(), rows, columns); });
    ++counters.kernel_pairs;
  }
}

TEST_CASE("reduce: no rows sum to zero", "[pair][reduce]") {
  for (const auto kernel : {kernels::column_sums_ref, kernels::column_sums_fast}) {
    Tensor sums = nan_tensor({3});
    kernel({sums.data(), false}, nullptr, 0, 3);
    CHECK(sums.values() == std::vector<real>{0, 0, 0});
    sums.data()[1] = 5;
    kernel({sums.data(), true}, nullptr, 0, 3);
    CHECK(sums.values() == std::vector<real>{0, 5, 0});
  }
}

TEST_CASE("reduce: a sum of many values keeps the digits of double", "[core][reduce]") {
  const Tensor x = Tensor::full({3000000}, real{0.1});
  const double expected = 3e6 * static_cast<double>(real{0.1});
  real y = 0;
  kernels::sum_forward(&y, x.data(), /*factor=*/1, x.numel());
  CHECK(std::abs(static_cast<double>(y) - expected) < kEps * expected);
}
