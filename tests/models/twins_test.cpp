// The fused twin of every block and network against the plain chain: outputs, every gradient, running statistics.
#include <memory>

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"
#include "layers/ops_mode.hpp"
#include "models/basic_block.hpp"
#include "models/bottleneck.hpp"
#include "models/mobilenet_v2.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

struct Named {
  std::string name;
  Tensor value;
};

// y, the gradients of x and of every parameter for a random dy, and all buffers.
std::vector<Named> everything(Module& module, const Tensor& values, OpsMode mode, size_t& nodes) {
  set_ops_mode(mode);
  Tensor x = copy_of(values);
  x.set_requires_grad();
  Tape tape;
  const Tensor y = module(x);
  nodes = tape.size();
  std::vector<Named> all = {{"y", copy_of(y)}};
  tape.backward(y, random_tensor(y.shape(), 77));
  all.push_back({"dx", copy_of(x.grad())});
  for (const Parameter* p : module.parameters()) all.push_back({"d" + p->name, copy_of(p->value.grad())});
  for (const Parameter* b : module.buffers()) all.push_back({b->name, copy_of(b->value)});
  return all;
}

// Two modules made by `make`, alike but for the mode they run in. They agree to `close`, both as a share of the largest
// value and as a number.
template <class Make>
void check_twins(const Make& make, const Tensor& x, bool training, double close) {
  const SettingsRestored restored;
  const auto plain = make(), fused = make();
  for (Module* module : {plain.get(), fused.get()}) {
    module->initialise(3);
    (*module)(x);  // moves the running statistics away from 0 and 1
    module->train(training);
  }
  size_t plain_nodes = 0, fused_nodes = 0;
  const auto expected = everything(*plain, x, OpsMode::plain, plain_nodes);
  const auto found = everything(*fused, x, OpsMode::fused, fused_nodes);
  CHECK(fused_nodes <= plain_nodes);
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    CAPTURE(expected[i].name);
    CHECK(difference(found[i].value, expected[i].value, close, close) == "");
  }
}

constexpr double kClose = sizeof(real) == 4 ? 1e-4 : 1e-11;

template <class Make>
void check_block(const Make& make, int64_t channels) {
  for (const bool training : {true, false}) {
    CAPTURE(training);
    check_twins(make, random_tensor({3, 8, 6, channels}, 1), training, kClose);
  }
}

}  // namespace

TEST_CASE("twins: blocks with every attention module, plain against fused", "[models][twins][grad]") {
  constexpr int64_t kChannels = 32;
  const SettingsRestored restored;
  for (const KernelMode kernels : kBothModes) {
    set_kernel_mode(kernels);
    for (const AttentionKind& kind : attention_kinds()) {
      for (const int64_t stride : {1, 2}) {
        CAPTURE(to_string(kernels), kind.name, stride);
        for (const Shortcut shortcut : {Shortcut::A, Shortcut::B}) {
          const ResidualBlockConfig basic = {kChannels, kChannels, stride, shortcut, kind.name};
          check_block([&] { return std::make_unique<BasicBlock>(basic); }, kChannels);
          const ResidualBlockConfig narrow = {kChannels, kChannels / 2, stride, shortcut, kind.name};
          check_block([&] { return std::make_unique<Bottleneck>(narrow); }, kChannels);
        }
        for (const int64_t expansion : {1, 2}) {
          const InvertedResidualConfig inverted = {kChannels, kChannels, stride, expansion, kind.name};
          check_block([&] { return std::make_unique<InvertedResidual>(inverted); }, kChannels);
        }
      }
    }
  }
}

TEST_CASE("twins: what a plain block puts on the tape is the chain of its ops", "[models][twins]") {
  const SettingsRestored restored;
  const auto ops = [](OpsMode mode) {
    set_ops_mode(mode);
    BasicBlock block({.in = 16, .width = 16, .stride = 1, .shortcut = Shortcut::A, .attention = "eca"});
    block.initialise(1);
    Tape tape;
    block(random_tensor({2, 8, 8, 16}, 1));
    std::vector<std::string> names;
    for (size_t i = 0; i < tape.size(); ++i) names.push_back(tape.node(i).op());
    return names;
  };
  CHECK(ops(OpsMode::plain) == std::vector<std::string>{"Conv2d", "BatchNorm", "Relu", "Conv2d", "BatchNorm",
                                                        "GlobalAveragePool", "ChannelConv1d", "Sigmoid",
                                                        "ScaleChannels", "Add", "Relu"});
  set_kernel_mode(KernelMode::fast);
  CHECK(ops(OpsMode::fused) == std::vector<std::string>{"FusedConv2d", "BatchNormRelu", "FusedConv2d",
                                                        "BatchNormSqueeze", "ChannelConv1d", "Sigmoid",
                                                        "ResidualTail"});
}

TEST_CASE("twins: the plain loops run the plain chain unless told otherwise", "[models][twins]") {
  const SettingsRestored restored;
  set_ops_mode(OpsMode::by_kernels);
  set_kernel_mode(KernelMode::ref);
  CHECK(ops_mode() == OpsMode::plain);
  set_kernel_mode(KernelMode::fast);
  CHECK(ops_mode() == OpsMode::fused);
  {
    const PlainOps plain;
    CHECK(ops_mode() == OpsMode::plain);
  }
  CHECK(chosen_ops_mode() == OpsMode::by_kernels);
  for (const OpsMode mode : {OpsMode::by_kernels, OpsMode::plain, OpsMode::fused})
    CHECK(parse_ops_mode(to_string(mode)) == mode);
  CHECK_THAT(error_text<Error>([] { parse_ops_mode("fussed"); }),
             contains("ops: \"fussed\", expected plain, fused or by-kernels"));
}

#ifdef ECA_REAL_DOUBLE

// In double alone: what float loses in the batch norms of so many layers says nothing.
TEST_CASE("twins: every network, plain against fused", "[models][twins][grad]") {
  for (const ModelFamily& family : model_families()) {
    for (const char* prefix : {"", "eca_", "cbam_"}) {
      const ModelConfig config = {.name = prefix + family.base, .classes = 5};
      const bool deep = family.depth > 56;
      if (deep && prefix != std::string("eca_")) continue;  // half a minute in all, and the same blocks
      CAPTURE(config.name);
      for (const bool training : {true, false}) {
        CAPTURE(training);
        check_twins([&] { return make_model(config); }, random_tensor({2, 32, 32, 3}, 1), training, 1e-6);
      }
    }
  }
}

#endif
