#include "models/mobilenet_v2.hpp"

#include "core/base/error.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/block_golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("inverted residual: agrees with PyTorch", "[golden][mobilenet]") {
  check_block_golden("inverted_residual", [](const GoldenCase& c) {
    return std::make_unique<InvertedResidual>(
        InvertedResidualConfig{c.option<int64_t>("c_in"), c.option<int64_t>("c_out"),
                               c.option<int64_t>("stride"), c.option<int64_t>("expansion"), "eca:k=3"});
  });
}

TEST_CASE("mobilenet_v2: parameters are called as in the official code of ECA-Net", "[models][mobilenet]") {
  const auto model = make_model({.name = "eca_mobilenet_v2", .attention = "eca:k=1111333", .classes = 1000});
  model->initialise(1);
  std::vector<std::string> names, attention;
  std::vector<int64_t> k;
  for (const Parameter* parameter : model->parameters()) {
    names.push_back(parameter->name);
    if (parameter->layout != FileLayout::conv1d) continue;
    attention.push_back(parameter->name);
    k.push_back(parameter->value.numel());
  }
  CHECK(names[0] == "features.0.0.weight");
  CHECK(names[1] == "features.0.1.weight");
  CHECK(names[3] == "features.1.conv.0.0.weight");
  CHECK(names[names.size() - 5] == "features.18.0.weight");
  CHECK(names.back() == "classifier.1.bias");
  REQUIRE(attention.size() == 17);
  CHECK(attention[0] == "features.1.conv.3.conv.weight");
  CHECK(attention[1] == "features.2.conv.4.conv.weight");
  CHECK(attention[16] == "features.17.conv.4.conv.weight");
  CHECK(k == std::vector<int64_t>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3});
}

TEST_CASE("mobilenet_v2: both scales take images of any size; there is no shortcut B",
          "[models][mobilenet]") {
  for (const char* name : {"mobilenet_v2", "eca_mobilenet_v2_cifar"}) {
    CAPTURE(name);
    ModelConfig config = {.name = name, .in_channels = 1, .classes = 7};
    const auto model = make_model(config);
    model->eval();
    CHECK((*model)(random_tensor({2, 9, 6, 1}, 1)).shape() == Shape{2, 7});
    config.shortcut = Shortcut::B;
    CHECK_THAT(error_text<Error>([&] { make_model(config); }), contains("mobilenet_v2 has no shortcut B"));
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("inverted residual: gradients", "[grad][mobilenet]") {
  for (const InvertedResidualConfig& c :
       {InvertedResidualConfig{2, 2, 1, 3, "eca:k=3"}, {3, 2, 2, 2, "se:r=2"}, {3, 2, 1, 1, "none"}}) {
    InvertedResidual block(c);
    randomise(block);
    const Tensor x = random_tensor({2, 5, 4, c.in}, 1);
    for (const bool training : {true, false}) {
      CAPTURE(c.in, c.stride, training);
      block.train(training);
      gradcheck("inverted residual", with_parameters({{"x", x}}, block.parameters()),
                [&] { return block(x); });
    }
  }
}
#endif
