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
  BatchNormChannels operator()(Here& here) const {
    return {here(mean), here(inv_std), here(gamma), here(beta)};
  }
};

// Channels that fill no vector, one, some and a part; rows of several chunks.
const int64_t kChannels[] = {1, 3, kLanes, 2 * kLanes + 3, 64, 513};

// |z| is far from 0 against its rounding error, so that both twins agree on its sign.
Tensor away_from_the_kink(const Shape& shape, const Channels& channels, int64_t C) {
  Here here;
  const BatchNormChannels ch = channels(here);
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
      check_twins("y", {R, C}, {16 * kEps, 4 * kEps},
                  [&](Here& here, real* y) { batch_norm_relu_forward(y, here(x), ch(here), R, C); });
      const auto sums_of = [&](Here& here, real* sums) {
        batch_norm_relu_sums(sums, sums + C, here(dy), here(x), ch(here), R, 1, C);
      };
      check_twins("sums", {2, C}, 6 * sum_tolerance(R), sums_of);  // |x_hat| is up to 6
      const Tensor sums = written<real*>({"ref", KernelMode::ref, sums_of}, nan_tensor({2, C}));
      for (const bool training : {true, false}) {
        CAPTURE(training);
        check_twins("dx", {R, C}, 200 * kEps, [&](Here& here, GradSlot dx) {
          const real* sum = training ? here(sums) : nullptr;
          batch_norm_relu_dx(dx, here(dy), here(x), ch(here), sum, training ? sum + C : nullptr, R, 1, C);
        });
      }
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
      for (const Tensor& gate : {Tensor(), s}) {
        check_twins("y", map, {16 * kEps, 4 * kEps}, [&](Here& here, real* y) {
          residual_tail_forward(y, here(x), here(r), here(gate), ch(here), shape);
        });
      }
      const Tensor y = random_tensor(map, 4), dy = random_tensor(map, 5);
      check_twins("g", map, 0, [&](Here& here, real* g) {
        Tensor sums = nan_tensor({2, 3, C});
        residual_tail_g(g, sums.data(), sums.data() + 3 * C, here(dy), here(y), here(x), ch(here), shape);
      });
      check_twins("sums", {2, 3, C}, 6 * sum_tolerance(HW), [&](Here& here, real* sums) {
        Tensor g = nan_tensor(map);
        residual_tail_g(g.data(), sums, sums + 3 * C, here(dy), here(y), here(x), ch(here), shape);
      });
      const Tensor slope = random_tensor({C}, 6), offset = random_tensor({3, C}, 7);
      check_twins("dx", map, 16 * kEps, [&](Here& here, GradSlot dx) {
        residual_tail_dx(dx, here(dy), here(x), here(s), here(slope), here(offset), shape);
      });
    }
  }
}
