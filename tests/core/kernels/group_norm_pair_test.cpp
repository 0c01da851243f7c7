#include "core/kernels/batch_norm/group_norm.hpp"

#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::GroupNormShape;
using kernels::GroupNormValues;

namespace {

// What a group norm knows of x, and a cotangent.
struct GroupNormProblem {
  GroupNormShape s;
  Tensor x, dy, gamma, beta, mean, inv_std, sum_dy, sum_dy_xhat;
  explicit GroupNormProblem(const GroupNormShape& shape)
      : s(shape),
        x(random_tensor({s.N, s.HW, s.C}, 1, 1, 3)),
        dy(random_tensor(x.shape(), 2)),
        gamma(random_tensor({s.C}, 3)),
        beta(random_tensor({s.C}, 4)),
        mean(random_tensor({s.N, s.G}, 5, 1.5, 2.5)),
        inv_std(random_tensor({s.N, s.G}, 6, 1, 2)),
        sum_dy(random_tensor({s.N, s.C}, 7)),
        sum_dy_xhat(random_tensor({s.N, s.C}, 8)) {}

  GroupNormValues values(Here& here) const { return {here(mean), here(inv_std), here(gamma), here(beta)}; }
};

}  // namespace

TEST_CASE("group norm pair: moments, forward and backward", "[pair][group_norm]") {
  for (const GroupNormShape& shape :
       {GroupNormShape{1, 2, 1, 1}, {2, 35, 6, 2}, {5, 64, 64, 16}, {3, 9, 17, 17}, {2, 20, 48, 1}}) {
    CAPTURE(shape.N, shape.HW, shape.C, shape.G);
    const GroupNormProblem problem(shape);
    const GroupNormShape& s = problem.s;
    const auto moments = [&](Here& here, real* out) {  // (2,N,G)
      kernels::group_norm_moments(out, out + s.N * s.G, here(problem.x), 1e-5, s);
    };
    check_twins("moments", {2, s.N, s.G}, {8 * kEps, 8 * kEps}, moments);
    check_twins("y", problem.x.shape(), 8 * kEps, [&](Here& here, real* y) {
      kernels::group_norm_forward(y, here(problem.x), problem.values(here), s);
    });
    check_twins("sums", {2, s.N, s.C}, sum_tolerance(s.HW), [&](Here& here, real* out) {
      kernels::group_norm_sums(out, out + s.N * s.C, here(problem.dy), here(problem.x), problem.values(here),
                               s);
    });
    check_twins("dx", problem.x.shape(), sum_tolerance(s.channels()), [&](Here& here, GradSlot dx) {
      kernels::group_norm_dx(dx, here(problem.dy), here(problem.x), problem.values(here),
                             here(problem.sum_dy), here(problem.sum_dy_xhat), s);
    });
  }
}

// As in threads_test.cpp.
TEST_CASE("threads: group norm gives equal bits", "[threads][group_norm]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  const GroupNormProblem problem({7, 35, 24, 4});
  const GroupNormShape& s = problem.s;
  Here here;
  std::vector<Tensor> expected;
  for (const int n : {1, 2, 3, 5}) {
    CAPTURE(n);
    set_threads(n);
    std::vector<Tensor> found{nan_tensor({2, s.N, s.G}), nan_tensor(problem.x.shape()),
                              nan_tensor({2, s.N, s.C}), nan_tensor(problem.x.shape())};
    kernels::group_norm_moments(found[0].data(), found[0].data() + s.N * s.G, problem.x.data(), 1e-5, s);
    kernels::group_norm_forward(found[1].data(), problem.x.data(), problem.values(here), s);
    kernels::group_norm_sums(found[2].data(), found[2].data() + s.N * s.C, problem.dy.data(),
                             problem.x.data(), problem.values(here), s);
    kernels::group_norm_dx({found[3].data(), false}, problem.dy.data(), problem.x.data(),
                           problem.values(here), problem.sum_dy.data(), problem.sum_dy_xhat.data(), s);
    if (expected.empty()) expected = found;
    for (size_t i = 0; i < found.size(); ++i) CHECK(same_bits(found[i], expected[i]));
  }
}
