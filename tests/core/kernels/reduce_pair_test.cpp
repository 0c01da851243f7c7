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
    check_twins("sums", {C}, sum_tolerance(R),
                [&](Here& here, GradSlot sums) { kernels::column_sums(sums, here(x), rows, 1, columns); });
    check_device_twin("sum", {1}, sum_tolerance(R * C), [&](Here& here, real* y) {
      kernels::sum_forward(y, here(x), /*factor=*/1, rows * columns);
    });
  }
}

TEST_CASE("reduce: no rows sum to zero", "[pair][reduce]") {
  const SettingsRestored restored;
  for (const KernelMode mode : twin_modes()) {
    CAPTURE(to_string(mode));
    set_kernel_mode(mode);
    Tensor sums = nan_tensor({3});
    kernels::column_sums({sums.data(), false}, nullptr, 0, 1, 3);
    CHECK(sums.values() == std::vector<real>{0, 0, 0});
    sums.assign(std::vector<real>{0, 5, 0});
    kernels::column_sums({sums.data(), true}, nullptr, 0, 1, 3);
    CHECK(sums.values() == std::vector<real>{0, 5, 0});
  }
}

TEST_CASE("reduce: a sum of many values keeps the digits of double", "[core][reduce]") {
  const SettingsRestored restored;
  const double expected = 3e6 * static_cast<double>(real{0.1});
  for (const KernelMode mode : twin_modes()) {
    CAPTURE(to_string(mode));
    set_kernel_mode(mode);
    const Tensor x = Tensor::full({3000000}, real{0.1});
    Tensor y = nan_tensor({});
    kernels::sum_forward(y.data(), x.data(), /*factor=*/1, x.numel());
    CHECK(std::abs(static_cast<double>(y.item()) - expected) < kEps * expected);
  }
}
