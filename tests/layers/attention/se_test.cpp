#include "layers/attention/attention.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("se: weights are called as in PyTorch implementations", "[layers][se]") {
  const auto se = make_attention("se:r=4,bias=true", 16);
  Module& module = *se;
  module.initialise(1);
  std::vector<std::string> names;
  for (const Parameter* parameter : module.parameters()) names.push_back(parameter->name);
  CHECK(names == std::vector<std::string>{"fc.0.weight", "fc.0.bias", "fc.2.weight", "fc.2.bias"});
  CHECK(module.parameters()[0]->value.shape() == Shape{16, 4});
  CHECK(module.parameters()[2]->value.shape() == Shape{4, 16});
}

TEST_CASE("se: agrees with PyTorch", "[golden][se]") {
  const SettingsRestored restored;
  const Golden golden("se");
  CHECK(golden.cases().size() == 3);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const bool bias = c.option<bool>("bias");
      const std::string r = std::to_string(c.option<int64_t>("r"));
      const auto se = make_attention("se:r=" + r + (bias ? ",bias=true" : ""), c.option<int64_t>("C"));
      Module& module = *se;
      const auto parameters = module.parameters();
      REQUIRE(parameters.size() == (bias ? 4 : 2));
      const size_t second = bias ? 2 : 1;
      set_parameter(*parameters[0], c.matrix("w1"));
      set_parameter(*parameters[second], c.matrix("w2"));
      if (bias) {
        set_parameter(*parameters[1], c.same("b1"));
        set_parameter(*parameters[3], c.same("b2"));
      }
      Tensor x = c.images("x").set_requires_grad();
      Tape tape;
      const Tensor y = module(x);
      check_golden("y", y, c.images("y"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      check_golden("dw1", parameters[0]->value.grad(), c.matrix("dw1"));
      check_golden("dw2", parameters[second]->value.grad(), c.matrix("dw2"));
      if (bias) {
        check_golden("db1", parameters[1]->value.grad(), c.same("db1"));
        check_golden("db2", parameters[3]->value.grad(), c.same("db2"));
      }
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE

TEST_CASE("se: gradients of the module", "[grad][se]") {
  for (const char* text : {"se:r=2", "se:r=4", "se:r=2,bias=true", "se:r=4,bias=true"}) {
    CAPTURE(text);
    const auto se = make_attention(text, 8);
    Module& module = *se;
    randomise(module);
    const Tensor x = random_tensor({3, 3, 2, 8}, 1, -1, 2);
    gradcheck("SE", with_parameters({{"x", x}}, module.parameters()), [&] { return module(x); });
  }
}

#endif
