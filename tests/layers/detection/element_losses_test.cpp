#include "layers/detection/element_losses.hpp"

#include <cmath>

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

static Tensor loss_of(const GoldenCase& c, const Tensor& x) {
  const auto op = c.option<std::string>("op");
  const Tensor t = c.same("t"), w = c.same("w");
  const auto divisor = c.option<double>("divisor");
  if (op == "focal") {
    return focal_loss(x, t, w, divisor,
                      {.alpha = c.option<double>("alpha"), .gamma = c.option<double>("gamma")});
  }
  if (op == "smooth_l1") return smooth_l1_loss(x, t, w, divisor, c.option<double>("beta"));
  return sigmoid_cross_entropy(x, t, w, divisor);
}

TEST_CASE("element losses: agree with PyTorch and torchvision, backward too", "[golden][detection]") {
  const SettingsRestored restored;
  const Golden golden("detection");
  std::vector<GoldenCase> cases;
  for (const char* op : {"focal", "smooth_l1", "sigmoid"}) {
    for (const GoldenCase& c : cases_of(golden, op)) cases.push_back(c);
  }
  CHECK(cases.size() == 10);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : cases) {
      CAPTURE(c.name(), to_string(mode));
      Tensor x = c.same("x").set_requires_grad();
      Tape tape;
      const Tensor loss = loss_of(c, x);
      check_golden("loss", Tensor::full({1}, loss.item()), c.same("y"), kDetectionTolerance);
      tape.backward(loss, Tensor::full({}, c.same("dy").item()));
      check_golden("dx", x.grad(), c.same("dx"), kDetectionTolerance);
      ++counters.goldens;
    }
  }
}

TEST_CASE("mask cross-entropy: agrees with PyTorch, backward too", "[golden][detection]") {
  const SettingsRestored restored;
  const Golden golden("detection");
  const GoldenCase c = cases_of(golden, "mask_cross_entropy").at(0);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    Tensor x = c.images("x").set_requires_grad();
    Tape tape;
    const Tensor loss = mask_cross_entropy(x, c.same("t"), c.labels("labels"));
    check_golden("loss", Tensor::full({1}, loss.item()), c.same("y"), kDetectionTolerance);
    tape.backward(loss, Tensor::full({}, c.same("dy").item()));
    check_golden("dx", x.grad(), c.images("dx"), kDetectionTolerance);
    ++counters.goldens;
  }
}

TEST_CASE("element losses: far from 0 nothing overflows, and what weighs 0 counts for nothing",
          "[layers][detection]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    Tensor x = Tensor::from({4}, {1e4, -1e4, 1e4, -1e4}).set_requires_grad();
    const Tensor t = Tensor::from({4}, {1, 0, 0, 1});
    Tape tape;
    const Tensor loss = sigmoid_cross_entropy(x, t, {}, 1);
    CHECK(loss.item() == 20000);
    tape.backward(loss);
    CHECK(x.grad().values() == std::vector<real>{0, 0, 1, -1});
    x.clear_grad();
    Tape again;
    const Tensor focal = focal_loss(x, t, {}, 1, {.alpha = -1, .gamma = 0.5});
    CHECK(focal.item() == 20000);
    again.backward(focal);
    CHECK(x.grad().values() == std::vector<real>{0, 0, 1, -1});
    const real nan = std::nan("");
    const Tensor unknown = Tensor::from({2}, {nan, 3});
    CHECK(smooth_l1_loss(unknown, Tensor::zeros({2}), Tensor::from({2}, {0, 2}), 4, 1).item() == 1.25);
    Tensor uncounted = Tensor::from({2}, {nan, 0}).set_requires_grad();
    Tape third;
    third.backward(sigmoid_cross_entropy(uncounted, Tensor::zeros({2}), Tensor::from({2}, {0, 2}), 4));
    CHECK(uncounted.grad().values() == std::vector<real>{0, 0.25});
    CHECK(sigmoid_cross_entropy(Tensor::zeros({0, 4}), Tensor::zeros({0, 4}), {}, 1).item() == 0);
  }
}

// RetinaNet's.
TEST_CASE("smooth L1: with a beta of 0 the absolute value, at 0 too", "[layers][detection]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    Tensor x = Tensor::from({3}, {1, 5, -4}).set_requires_grad();
    Tape tape;
    const Tensor loss = smooth_l1_loss(x, Tensor::from({3}, {1, 3, -1}), {}, 1, 0);
    CHECK(loss.item() == 5);
    tape.backward(loss);
    CHECK(x.grad().values() == std::vector<real>{0, 1, -1});
  }
}

TEST_CASE("element losses: each rule has its message", "[layers][detection]") {
  const Tensor x = Tensor::zeros({2, 3}), other = Tensor::zeros({3, 2});
  CHECK_THAT(error_text<ShapeError>([&] { focal_loss(x, other, {}, 1); }),
             contains("focal_loss: x and t differ in shape"));
  CHECK_THAT(error_text<ShapeError>([&] { smooth_l1_loss(x, x, other, 1, 1); }),
             contains("smooth_l1_loss: x and w differ in shape"));
  CHECK_THAT(
      error_text<ShapeError>([&] { sigmoid_cross_entropy(Tensor::zeros({}), Tensor::zeros({}), {}, 1); }),
      contains("sigmoid_cross_entropy: x has no axis of images"));
  CHECK(error_text<Error>([&] { sigmoid_cross_entropy(x, x, {}, 0); }) ==
        "sigmoid_cross_entropy: divisor 0.000000, expected a number above 0");
  CHECK(error_text<Error>([&] { focal_loss(x, x, {}, 1, {.gamma = -1}); }) ==
        "focal_loss: gamma -1.000000, expected a number from 0");
  CHECK(error_text<Error>([&] { smooth_l1_loss(x, x, {}, 1, -0.5); }) ==
        "smooth_l1_loss: beta -0.500000, expected a number from 0");
  const Tensor masks = Tensor::zeros({2, 3, 3, 4}), t = Tensor::zeros({2, 3, 3});
  CHECK_THAT(error_text<ShapeError>([&] {
               mask_cross_entropy(x, t, {0, 1});
             }),
             contains("mask_cross_entropy: x must have 4 axes, found 2"));
  CHECK_THAT(error_text<ShapeError>([&] {
               mask_cross_entropy(masks, x, {0, 1});
             }),
             contains("mask_cross_entropy: t "));
  CHECK_THAT(error_text<ShapeError>([&] { mask_cross_entropy(masks, t, {0}); }),
             contains("mask_cross_entropy: 1 labels for R regions"));
  CHECK_THAT(error_text<ShapeError>([&] {
               mask_cross_entropy(Tensor::zeros({0, 3, 3, 4}), Tensor::zeros({0, 3, 3}), {});
             }),
             contains("mask_cross_entropy: x has no values"));
  CHECK(error_text<Error>([&] {
          mask_cross_entropy(masks, t, {0, 4});
        }) == "mask_cross_entropy: label 4 of region 1, expected 0 to 3");
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("element losses: gradients", "[grad][detection]") {
  const Tensor x = random_tensor({4, 3, 2}, 1, -3, 3), soft = random_tensor({4, 3, 2}, 2, 0, 1);
  std::vector<real> bits = soft.values();
  for (real& bit : bits) bit = bit < 0.5 ? 0 : 1;
  const Tensor hard = Tensor::from(x.shape(), bits), w = random_tensor({4, 3, 2}, 3, 0, 2);
  for (const Tensor& t : {soft, hard}) {
    gradcheck("sigmoid cross-entropy", {{"x", x}}, [&] { return sigmoid_cross_entropy(x, t, w, 3); });
    for (const double gamma : {0., 0.5, 1., 2., 3.5}) {
      CAPTURE(gamma);
      gradcheck("focal loss", {{"x", x}}, [&] { return focal_loss(x, t, w, 3, {.gamma = gamma}); });
      gradcheck("focal loss, unweighted", {{"x", x}},
                [&] { return focal_loss(x, t, {}, 2, {.alpha = -1, .gamma = gamma}); });
    }
  }
  for (const double beta : {0., 1. / 9, 1., 10.}) {
    CAPTURE(beta);
    const Tensor near = random_away_from({-beta, 0, beta}, {4, 5}, 4, -2, 2);
    const Tensor zero = Tensor::zeros({4, 5});
    gradcheck("smooth L1", {{"x", near}}, [&] { return smooth_l1_loss(near, zero, {}, 3, beta); });
  }
  const Tensor masks = random_tensor({3, 2, 4, 3}, 5, -3, 3), t = random_tensor({3, 2, 4}, 6, 0, 1);
  gradcheck("mask cross-entropy", {{"x", masks}}, [&] { return mask_cross_entropy(masks, t, {2, 0, 2}); });
}
#endif
