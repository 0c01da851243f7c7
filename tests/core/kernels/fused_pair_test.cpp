#include <cmath>

#include "core/kernels/common/simd.hpp"
#include "core/kernels/fused/batch_norm_relu.hpp"
#include "core/kernels/fused/residual_tail.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using namespace eca::kernels;

namespace {

struct Channels {
  Tensor mean, inv_std, gamma, beta;
  explicit Channels(int64_t C)
      : mean(random_tensor({C}, 11)),
        inv_std(random_tensor({C}, 12, 0.5, 2)),
        gamma(random_tensor({C}, 13)),
        beta(random_tensor({C}, 14)) {}
  operator BatchNormChannels() const { return {mean.data(), inv_std.data(), gamma.data(), beta.data()}; }
};

// Channels that fill no vector, one, some and a part; rows of several chunks.
const int64_t kChannels[] = {1, 3, kLanes, 2 * kLanes + 3, 64, 513};

// |z| is far from 0 against its rounding error, so that both twins agree on its sign.
Tensor away_from_the_kink(const Shape& shape, const BatchNormChannels& ch, int64_t C) {
  Tensor x = random_tensor(shape, 1, -2, 2);
  for (int64_t i = 0; i < x.numel(); ++i) {
    const int64_t c = i % C;
    const real a = ch.gamma[c] * ch.inv_std[c], z = a * (x.data()[i] - ch.mean[c]) + ch.beta[c];
    if (std::abs(z) < real{1e-3}) x.data()[i] += real{0.01} / a;
  }
  return x;
}

}  // namespace

TEST_CASE("batch norm + ReLU pair: forward, sums and dx", "[pair][batch_norm]") {
  for (const int64_t C : kChannels) {
    for (const int64_t R : std::initializer_list<int64_t>{1, 2, 7, 1 + 3 * 8192 / C}) {
      CAPTURE(R, C);
      const Channels ch(C);
      const Tensor x = away_from_the_kink({R, C}, ch, C), dy = random_tensor({R, C}, 2);
      Tensor y_ref = nan_tensor({R, C}), y_fast = nan_tensor({R, C});
      batch_norm_relu_forward_ref(y_ref.data(), x.data(), ch, R, C);
      batch_norm_relu_forward_fast(y_fast.data(), x.data(), ch, R, C);
      CHECK(difference(y_fast, y_ref, 4 * kEps, 16 * kEps) == "");

      Tensor sums_ref = nan_tensor({2, C}), sums_fast = nan_tensor({2, C});
      batch_norm_relu_sums_ref(sums_ref.data(), sums_ref.data() + C, dy.data(), x.data(), ch, R, C);
      batch_norm_relu_sums_fast(sums_fast.data(), sums_fast.data() + C, dy.data(), x.data(), ch, R, C);
      CHECK(difference(sums_fast, sums_ref, 0, 6 * sum_tolerance(R)) == "");  // |x_hat| is up to 6

      for (const bool training : {true, false}) {
        CAPTURE(training);
        const real* sum = training ? sums_ref.data() : nullptr;
        const real* sum_xhat = training ? sums_ref.data() + C : nullptr;
        check_gradient_pair(
            "dx", {R, C}, 200 * kEps,
            [&](GradSlot dx) { batch_norm_relu_dx_ref(dx, dy.data(), x.data(), ch, sum, sum_xhat, R, C); },
            [&](GradSlot dx) { batch_norm_relu_dx_fast(dx, dy.data(), x.data(), ch, sum, sum_xhat, R, C); });
        ++counters.kernel_pairs;
      }
      counters.kernel_pairs += 2;
    }
  }
}

TEST_CASE("residual tail pair: forward, g and dx", "[pair][residual_tail]") {
  for (const int64_t C : kChannels) {
    for (const int64_t HW : {1, 6, 35}) {
      CAPTURE(C, HW);
      const TailShape shape = {3, HW, C};
      const Shape map = {3, HW, C};
      const Channels ch(C);
      const Tensor x = random_tensor(map, 1, -2, 2), r = random_tensor(map, 2),
                   s = random_tensor({3, C}, 3, 0, 1);
      for (const real* gate : {static_cast<const real*>(nullptr), s.data()}) {
        Tensor y_ref = nan_tensor(map), y_fast = nan_tensor(map);
        residual_tail_forward_ref(y_ref.data(), x.data(), r.data(), gate, ch, shape);
        residual_tail_forward_fast(y_fast.data(), x.data(), r.data(), gate, ch, shape);
        CHECK(difference(y_fast, y_ref, 4 * kEps, 16 * kEps) == "");
        ++counters.kernel_pairs;
      }
      const Tensor y = random_tensor(map, 4), dy = random_tensor(map, 5);
      Tensor g_ref = nan_tensor(map), g_fast = nan_tensor(map);
      Tensor sums_ref = nan_tensor({2, 3, C}), sums_fast = nan_tensor({2, 3, C});
      residual_tail_g_ref(g_ref.data(), sums_ref.data(), sums_ref.data() + 3 * C, dy.data(), y.data(),
                          x.data(), ch, shape);
      residual_tail_g_fast(g_fast.data(), sums_fast.data(), sums_fast.data() + 3 * C, dy.data(), y.data(),
                           x.data(), ch, shape);
      CHECK(same_bits(g_fast, g_ref));
      CHECK(difference(sums_fast, sums_ref, 0, 6 * sum_tolerance(HW)) == "");
      const Tensor slope = random_tensor({C}, 6), offset = random_tensor({3, C}, 7);
      check_gradient_pair(
          "dx", map, 16 * kEps,
          [&](GradSlot dx) {
            residual_tail_dx_ref(dx, dy.data(), x.data(), s.data(), slope.data(), offset.data(), shape);
          },
          [&](GradSlot dx) {
            residual_tail_dx_fast(dx, dy.data(), x.data(), s.data(), slope.data(), offset.data(), shape);
          });
      counters.kernel_pairs += 2;
    }
  }
}
