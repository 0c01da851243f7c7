#include "layers/detection/group_norm.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/layers/detection/detection_golden.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("group_norm: agrees with PyTorch, backward too", "[golden][detection]") {
  const SettingsRestored restored;
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "group_norm");
  CHECK(cases.size() == 4);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : cases) {
      CAPTURE(c.name(), to_string(mode));
      Tensor x = c.images("x").set_requires_grad(), gamma = c.same("gamma").set_requires_grad(),
             beta = c.same("beta").set_requires_grad();
      Tape tape;
      const Tensor y = group_norm(x, gamma, beta, c.option<int64_t>("groups"), c.option<double>("eps"));
      check_golden("y", y, c.images("y"), kDetectionTolerance);
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"), kDetectionTolerance);
      check_golden("dgamma", gamma.grad(), c.same("dgamma"), kDetectionTolerance);
      check_golden("dbeta", beta.grad(), c.same("dbeta"), kDetectionTolerance);
      ++counters.goldens;
    }
  }
}

TEST_CASE("group_norm: each rule has its message", "[detection]") {
  const Tensor x = Tensor::zeros({2, 3, 4, 6}), c6 = Tensor::zeros({6}), c5 = Tensor::zeros({5});
  const auto text = [](const Tensor& x_in, const Tensor& gamma, const Tensor& beta, int64_t groups) {
    return error_text<ShapeError>([&] { group_norm(x_in, gamma, beta, groups); });
  };
  CHECK_THAT(text(Tensor::zeros({2, 6}), c6, c6, 2), contains("group_norm: x must have 4 axes, found 2"));
  CHECK_THAT(text(x, c6, c6, 4), contains("group_norm: there are no 6 channels in 4 groups of one size"));
  CHECK_THAT(text(x, c6, c6, 0), contains("there are no 6 channels in 0 groups"));
  CHECK_THAT(text(x, c5, c6, 2), contains("channels of x do not match gamma"));
  CHECK_THAT(text(x, c6, Tensor(), 2), contains("channels of x do not match beta"));
  CHECK_THAT(text(Tensor::zeros({2, 1, 1, 6}), c6, c6, 6), contains("more than one value per group"));
  CHECK_THAT(error_text<Error>([] { GroupNorm(4, 6); }),
             contains("group_norm: there are no 6 channels in 4 groups of one size"));
}

TEST_CASE("group_norm: neither parameter decays, and an image is what it is without the others",
          "[detection]") {
  GroupNorm norm(2, 6);
  norm.initialise(1);
  const auto parameters = norm.parameters();
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0]->value.values() == std::vector<real>(6, 1));
  CHECK(parameters[1]->value.values() == std::vector<real>(6, 0));
  CHECK(!parameters[0]->decay);
  CHECK(!parameters[1]->decay);
  const Tensor x = random_tensor({3, 4, 5, 6}, 1, 1, 3);
  const std::vector<real> values = x.values(), all = norm(x).values();
  const Tensor second = Tensor::from({1, 4, 5, 6}, {values.begin() + 120, values.begin() + 240});
  CHECK(norm(second).values() == std::vector<real>(all.begin() + 120, all.begin() + 240));
  norm.eval();
  CHECK(norm(x).values() == all);
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("group_norm: gradients", "[grad][detection]") {
  for (const auto& [shape, groups] :
       {std::pair{Shape{2, 3, 2, 4}, int64_t{2}}, {{3, 1, 1, 6}, 2}, {{1, 4, 3, 3}, 3}}) {
    CAPTURE(shape.str(), groups);
    const int64_t C = shape.dim(3);
    const Tensor x = random_tensor(shape, 1, -2, 3), gamma = random_tensor({C}, 2, 0.5, 1.5),
                 beta = random_tensor({C}, 3);
    gradcheck("group_norm", {{"x", x}, {"gamma", gamma}, {"beta", beta}},
              [&, groups = groups] { return group_norm(x, gamma, beta, groups, 1e-3); });
  }
}
#endif
