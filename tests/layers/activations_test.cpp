#include "layers/activations.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

using Activation = Tensor (*)(const Tensor&);

TEST_CASE("activations: values, at the kinks and at the far ends", "[layers][activations]") {
  const real large = std::numeric_limits<real>::max();
  const Tensor x = Tensor::from({6}, {-large, -1, 0, 5, 6, large});
  CHECK(relu(x).values() == std::vector<real>{0, 0, 0, 5, 6, large});
  CHECK(relu6(x).values() == std::vector<real>{0, 0, 0, 5, 6, 6});
  const Tensor s = sigmoid(x);
  CHECK(s.values()[0] == 0);
  CHECK(s.values()[2] == real{0.5});
  CHECK(s.values()[5] == 1);
}

TEST_CASE("activations: the derivative at a kink is zero", "[layers][activations]") {
  for (const Activation activation : {Activation{relu}, Activation{relu6}}) {
    Tensor x = Tensor::from({4}, {0, 1, 6, 7}).set_requires_grad();
    Tape tape;
    tape.backward(activation(x), Tensor::full({4}, 1));
    CHECK(x.grad().values()[0] == 0);
    CHECK(x.grad().values()[1] == 1);
    CHECK(x.grad().values()[3] == (activation == relu ? 1 : 0));
    if (activation == relu6) CHECK(x.grad().values()[2] == 0);
  }
}

TEST_CASE("activations: an undefined tensor is refused", "[layers][activations]") {
  const auto text = [](Tensor (*activation)(const Tensor&)) {
    return error_text<ShapeError>([&] { activation(Tensor()); });
  };
  CHECK_THAT(text(relu), contains("relu: x is undefined\n  x  (undefined)"));
  CHECK_THAT(text(relu6), contains("relu6: x is undefined"));
  CHECK_THAT(text(sigmoid), contains("sigmoid: x is undefined"));
}

TEST_CASE("activations: NaN is not turned into a number", "[layers][activations]") {
  const Tensor x = Tensor::full({2}, std::numeric_limits<real>::quiet_NaN());
  for (const Activation activation : {Activation{relu}, Activation{relu6}, Activation{sigmoid}}) {
    CHECK(std::isnan(activation(x).values()[0]));
  }
}

TEST_CASE("activations: agree with PyTorch", "[golden][activations]") {
  const SettingsRestored restored;
  const Golden golden("activation");
  CHECK(golden.cases().size() == 3);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const auto kind = c.option<std::string>("kind");
      REQUIRE((kind == "relu" || kind == "relu6" || kind == "sigmoid"));
      const Activation activation = kind == "relu" ? relu : kind == "relu6" ? relu6 : sigmoid;
      Tensor x = c.images("x").set_requires_grad();
      Tape tape;
      const Tensor y = activation(x);
      check_golden("y", y, c.images("y"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("activations: gradients away from the kinks", "[grad][activations]") {
  const Tensor x = random_away_from({0}, {2, 3, 5}, 1, -1, 1);
  const Tensor x6 = random_away_from({0, 6}, {2, 3, 5}, 2, -2, 8);
  gradcheck("relu", {{"x", x}}, [&] { return relu(x); });
  gradcheck("relu6", {{"x", x6}}, [&] { return relu6(x6); });
  gradcheck("sigmoid", {{"x", x6}}, [&] { return sigmoid(x6); });
  gradcheck("relu of sigmoid of relu6", {{"x", x6}}, [&] { return relu(sigmoid(relu6(x6))); });
}
#endif
