#include "models/resnet.hpp"

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "layers/ops_mode.hpp"
#include "models/bottleneck.hpp"
#include "models/registry.hpp"
#include "models/stage_attention.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/block_golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::vector<std::string> parameter_names(const ModelConfig& config) {
  const auto model = make_model(config);
  model->initialise(1);
  std::vector<std::string> names;
  for (const Parameter* parameter : model->parameters()) names.push_back(parameter->name);
  return names;
}

// Kernel sizes of all ECA modules, in order.
std::vector<int64_t> kernel_sizes(const ModelConfig& config) {
  std::vector<int64_t> sizes;
  const auto model = make_model(config);
  for (const Parameter* parameter : model->parameters()) {
    if (parameter->layout == FileLayout::conv1d) sizes.push_back(parameter->value.numel());
  }
  return sizes;
}

}  // namespace

// ---- one block ---------------------------------------------------------------------------------------

TEST_CASE("bottleneck: shapes with each shortcut", "[models][bottleneck]") {
  const Tensor x = random_tensor({2, 7, 5, 8}, 1);
  for (const Shortcut shortcut : {Shortcut::A, Shortcut::B}) {
    for (const char* attention : {"none", "se:r=2", "eca"}) {
      Bottleneck same({8, 2, 1, shortcut, attention}), half({8, 4, 2, shortcut, attention});
      same.initialise(1);
      half.initialise(1);
      CHECK(same(x).shape() == Shape{2, 7, 5, 8});
      CHECK(half(x).shape() == Shape{2, 4, 3, 16});
    }
  }
}

TEST_CASE("bottleneck: agrees with PyTorch", "[golden][bottleneck]") {
  check_block_golden("bottleneck", [](const GoldenCase& c) {
    const Shortcut shortcut = c.option<std::string>("shortcut") == "B" ? Shortcut::B : Shortcut::A;
    return std::make_unique<Bottleneck>(
        ResidualBlockConfig{c.option<int64_t>("c_in"), c.option<int64_t>("width"),
                            c.option<int64_t>("stride"), shortcut, "eca:k=3"});
  });
}

// ---- whole networks ----------------------------------------------------------------------------------

TEST_CASE("resnet: parameters are called as in the official code of ECA-Net", "[models][resnet]") {
  const auto names = parameter_names({.name = "eca_resnet50", .classes = 1000});
  const std::vector<std::string> first(names.begin(), names.begin() + 17);
  CHECK(first == std::vector<std::string>{
                     "conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight", "layer1.0.bn1.weight",
                     "layer1.0.bn1.bias", "layer1.0.conv2.weight", "layer1.0.bn2.weight", "layer1.0.bn2.bias",
                     "layer1.0.conv3.weight", "layer1.0.bn3.weight", "layer1.0.bn3.bias",
                     "layer1.0.eca.conv.weight", "layer1.0.downsample.0.weight",
                     "layer1.0.downsample.1.weight", "layer1.0.downsample.1.bias", "layer1.1.conv1.weight"});
  CHECK(names.back() == "fc.bias");
  CHECK(names.size() == 161 + 16);  // PyTorch's ResNet-50 and 16 ECA modules
}

TEST_CASE("resnet: one kernel size a stage", "[models][resnet]") {
  using Sizes = std::vector<int64_t>;
  CHECK(kernel_sizes({.name = "eca_resnet18", .attention = "eca:k=3577"}) == Sizes{3, 3, 5, 5, 7, 7, 7, 7});
  CHECK(kernel_sizes({.name = "resnet18_cifar", .attention = "eca:k=3577"}) == Sizes{3, 3, 5, 5, 7, 7, 7, 7});
  CHECK(kernel_sizes({.name = "resnet20", .attention = "eca:k=135"}) == Sizes{1, 1, 1, 3, 3, 3, 5, 5, 5});
  CHECK(kernel_sizes({.name = "eca_resnet18"}) == Sizes{3, 3, 5, 5, 5, 5, 5, 5});
  CHECK(kernel_sizes({.name = "eca_resnet18", .attention = "eca:k=11"}) == Sizes(8, 11));
  CHECK(stage_attention("eca:k=3557", 3, 4) == "eca:k=7");
  CHECK(stage_attention("se:r=128", 3, 4) == "se:r=128");
  CHECK(stage_attention("eca:k=adaptive", 0, 4) == "eca:k=adaptive");

  const auto error = [](const ModelConfig& config) { return error_text<Error>([&] { make_model(config); }); };
  CHECK_THAT(
      error({.name = "resnet20", .attention = "eca:k=3557"}),
      contains("k = 3557 names 4 stages, expected one digit for each of the 3 stages of this network"));
  CHECK_THAT(error({.name = "resnet50", .attention = "eca:k=3547"}), contains("eca: k = 4, expected an odd"));
}

TEST_CASE("resnet: both stems take images of any size", "[models][resnet]") {
  for (const char* name : {"resnet18", "eca_resnet50", "eca_resnet50_cifar"}) {
    CAPTURE(name);
    const auto model = make_model({.name = name, .in_channels = 1, .classes = 7});
    model->eval();
    CHECK((*model)(random_tensor({2, 9, 6, 1}, 1)).shape() == Shape{2, 7});
    CHECK((*model)(random_tensor({1, 33, 40, 1}, 1)).shape() == Shape{1, 7});
  }
}

TEST_CASE("resnet: folded, fused and op by op give the same logits", "[models][resnet]") {
  for (const char* name :
       {"eca_resnet20", "resnet50_cifar", "eca_resnet50_cifar", "eca_mobilenet_v2_cifar"}) {
    CAPTURE(name);
    const auto model = make_model({.name = name, .classes = 7});
    model->initialise(1);
    const Tensor x = random_tensor({2, 16, 16, 3}, 1);
    for (int i = 0; i < 5; ++i) (*model)(x);  // moves the running statistics
    model->eval();
    const Tensor folded = (*model)(x);
    Tape tape;
    const Tensor fused = (*model)(x);
    const size_t fused_ops = tape.size();
    const PlainOps plain_ops;
    const Tensor plain = (*model)(x);
    CHECK(tape.size() - fused_ops >= fused_ops);
    CHECK(difference(folded, plain, 1e-3) == "");
    CHECK(difference(fused, plain, 1e-3) == "");
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("bottleneck: gradients with each shortcut and attention", "[grad][bottleneck]") {
  struct Case {
    std::string name;
    int64_t in, width, stride;
    Shortcut shortcut;
  };
  for (const Case& c :
       {Case{"identity", 4, 1, 1, Shortcut::A}, {"A", 3, 1, 2, Shortcut::A}, {"B", 3, 1, 2, Shortcut::B}}) {
    for (const char* attention : {"none", "se:r=2", "eca:k=3"}) {
      Bottleneck block({c.in, c.width, c.stride, c.shortcut, attention});
      randomise(block);
      const Tensor x = random_tensor({2, 5, 4, c.in}, 1);
      for (const bool training : {true, false}) {
        CAPTURE(c.name, attention, training);
        block.train(training);
        gradcheck("bottleneck", with_parameters({{"x", x}}, block.parameters()), [&] { return block(x); });
      }
    }
  }
}

TEST_CASE("resnet: gradient of a tiny network with the image stem", "[grad][network]") {
  const NetworkConfig config = {
      .attention = "eca:k=3", .shortcut = Shortcut::B, .in_channels = 2, .classes = 3};
  ResNet network({Stem::image, Block::bottleneck, {{1, 2}, {1, 2}}}, config);
  randomise(network);
  const Tensor x = random_tensor({2, 12, 10, 2}, 1);
  gradcheck("network", with_parameters({{"x", x}}, network.parameters()), [&] { return network(x); });
}
#endif
