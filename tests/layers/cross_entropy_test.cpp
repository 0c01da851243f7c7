#include "layers/cross_entropy.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("cross entropy: each rule has its message", "[layers][cross_entropy]") {
  Tensor x = Tensor::zeros({3, 5}).set_name("fc.y");
  CHECK_THAT(error_text<ShapeError>([] {
               cross_entropy(Tensor::zeros({3}), {0, 1, 2});
             }),
             contains("cross_entropy: logits must have 2 axes, found 1"));
  const std::string text = error_text<ShapeError>([&] { cross_entropy(x, {0, 1}); });
  CHECK_THAT(text, contains("cross_entropy: 2 labels for N rows"));
  CHECK_THAT(text, contains("(3,5)  N,K  \"fc.y\"  N = 3"));
  CHECK_THAT(error_text<ShapeError>([] {
               cross_entropy(Tensor::zeros({0, 5}), {});
             }),
             contains("cross_entropy: 0 labels"));
  CHECK(error_text<Error>([&] {
          cross_entropy(x, {0, 1, 5});
        }) == "cross_entropy: label 5 of row 2, expected 0 to 4");
  CHECK(error_text<Error>([&] {
          cross_entropy(x, {0, -1, 4});
        }) == "cross_entropy: label -1 of row 1, expected 0 to 4");
  for (const double s : {-0.1, 1., std::nan("")}) {
    CHECK_THAT(error_text<Error>([&] {
                 cross_entropy(x, {0, 1, 2}, s);
               }),
               contains("cross_entropy: label smoothing "));
  }
}

TEST_CASE("cross entropy: equal logits cost log K, huge ones do not overflow", "[layers][cross_entropy]") {
  const double log_5 = std::log(5.);
  CHECK(std::abs(static_cast<double>(cross_entropy(Tensor::zeros({3, 5}), {0, 1, 4}).item()) - log_5) < 1e-6);
  CHECK(std::abs(static_cast<double>(cross_entropy(Tensor::full({2, 5}, 1000), {0, 1}, 0.1).item()) - log_5) <
        1e-6);
  Tensor x = Tensor::from({1, 2}, {10000, -10000}).set_requires_grad();
  Tape tape;
  const Tensor loss = cross_entropy(x, {1});
  CHECK(loss.item() == 20000);
  CHECK(loss.shape() == Shape{});
  tape.backward(loss);
  CHECK(x.grad().values() == std::vector<real>{1, -1});
}

TEST_CASE("cross entropy: agrees with PyTorch", "[golden][cross_entropy]") {
  const SettingsRestored restored;
  const Golden golden("cross_entropy");
  CHECK(golden.cases().size() == 4);
  for (const KernelMode mode : kBothModes) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      Tensor logits = c.same("logits").set_requires_grad();
      Tape tape;
      const Tensor loss = cross_entropy(logits, c.labels("labels"), c.option<double>("smoothing"));
      check_golden("loss", Tensor::full({1}, loss.item()), c.same("loss"));
      tape.backward(loss);
      check_golden("dlogits", logits.grad(), c.same("dlogits"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("cross entropy: gradients, with and without smoothing", "[grad][cross_entropy]") {
  const Tensor x = random_tensor({4, 5}, 1, -3, 3), one = random_tensor({1, 2}, 2);
  for (const double smoothing : {0., 0.1, 0.9}) {
    CAPTURE(smoothing);
    gradcheck("cross entropy", {{"logits", x}}, [&] { return cross_entropy(x, {0, 4, 2, 2}, smoothing); });
    gradcheck("cross entropy, one row", {{"logits", one}},
              [&] { return cross_entropy(one, {1}, smoothing); });
  }
  gradcheck("cross entropy, logits used twice", {{"logits", x}}, [&] {
    return add(cross_entropy(x, {0, 1, 2, 3}), cross_entropy(x, {3, 2, 1, 0}, 0.2));
  });
}
#endif
