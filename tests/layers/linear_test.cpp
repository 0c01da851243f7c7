#include "layers/linear.hpp"

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("linear: each rule has its message", "[layers][linear]") {
  Tensor x = Tensor::zeros({2, 3}).set_name("features"), w = Tensor::zeros({4, 5}).set_name("fc.weight");
  const Scope scope("fc");
  CHECK(error_text<ShapeError>([&] { linear(x, w, {}); }) ==
        "linear: features of x do not match rows of w\n"
        "  x  (2,3)  N,I  \"features\"   I = 3\n"
        "  w  (4,5)  I,O  \"fc.weight\"  I = 4\n"
        "  in fc");
  CHECK_THAT(error_text<ShapeError>([&] {
               linear(Tensor::zeros({2, 1, 1, 3}), w, {});
             }),
             contains("linear: x must have 2 axes, found 4"));
  CHECK_THAT(error_text<ShapeError>([&] { linear(x, Tensor::zeros({3}), {}); }),
             contains("linear: w must have 2 axes, found 1"));
  Tensor b = Tensor::zeros({4}).set_name("fc.bias");
  CHECK_THAT(error_text<ShapeError>([&] {
               linear(x, Tensor::zeros({3, 5}), b);
             }),
             contains("linear: b must have shape (5)\n  b  (4)  O  \"fc.bias\""));
}

TEST_CASE("linear: the module owns a weight that decays and a bias that does not", "[layers][linear]") {
  Linear fc(64, 10);
  fc.initialise(1);
  const auto parameters = fc.parameters();
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0]->value.shape() == Shape{64, 10});
  CHECK(parameters[0]->decay);
  CHECK(parameters[1]->value.shape() == Shape{10});
  CHECK(!parameters[1]->decay);
  for (const Parameter* parameter : parameters) {  // uniform(-1/8, 1/8)
    const std::vector<real> values = parameter->value.values();
    CHECK(*std::max_element(values.begin(), values.end()) <= real{0.125});
    CHECK(*std::min_element(values.begin(), values.end()) >= real{-0.125});
    CHECK(*std::max_element(values.begin(), values.end()) > real{0.05});
    CHECK(*std::min_element(values.begin(), values.end()) < real{-0.05});
  }
  CHECK(Linear(64, 10, false).parameters().size() == 1);
}

TEST_CASE("linear: agrees with PyTorch", "[golden][linear]") {
  const SettingsRestored restored;
  const Golden golden("linear");
  CHECK(golden.cases().size() == 3);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const bool bias = c.option<bool>("bias");
      Tensor x = c.same("x").set_requires_grad(), w = c.matrix("w").set_requires_grad(), b;
      if (bias) b = c.same("b").set_requires_grad();
      Tape tape;
      const Tensor y = linear(x, w, b);
      check_golden("y", y, c.same("y"));
      tape.backward(y, c.same("dy"));
      check_golden("dx", x.grad(), c.same("dx"));
      check_golden("dw", w.grad(), c.matrix("dw"));
      if (bias) check_golden("db", b.grad(), c.same("db"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("linear: gradients with and without bias", "[grad][linear]") {
  for (const Shape& shape : {Shape{1, 1, 1}, {3, 4, 5}, {1, 17, 2}, {5, 1, 3}}) {
    CAPTURE(shape.str());
    const Tensor x = random_tensor({shape.dim(0), shape.dim(1)}, 1);
    const Tensor w = random_tensor({shape.dim(1), shape.dim(2)}, 2), b = random_tensor({shape.dim(2)}, 3);
    gradcheck("linear", {{"x", x}, {"w", w}}, [&] { return linear(x, w, {}); });
    gradcheck("linear with bias", {{"x", x}, {"w", w}, {"b", b}}, [&] { return linear(x, w, b); });
  }
}
#endif
