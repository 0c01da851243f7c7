// The fused twin of every block and network against the plain chain: outputs, every gradient, running statistics.
#include <functional>
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
  for (Parameter* p : module.parameters()) {
    all.push_back({"d" + p->name, copy_of(p->value.grad())});
    p->value.clear_grad();
  }
  for (const Parameter* b : module.buffers()) all.push_back({b->name, copy_of(b->value)});
  return all;
}

void restore_buffers(Module& module, const std::vector<Tensor>& values) {
  const auto buffers = module.buffers();
  for (size_t i = 0; i < buffers.size(); ++i) buffers[i]->value.assign(values[i].values());
}

// Both twins from the same state, in training and evaluation. They agree to `close`, both as a share of the
// largest value and as a number.
void check_twins(Module& module, const Tensor& x, double close) {
  const SettingsRestored restored;
  module.initialise(3);
  module(x);  // moves the running statistics away from 0 and 1
  std::vector<Tensor> buffers;
  for (const Parameter* b : module.buffers()) buffers.push_back(copy_of(b->value));
  for (const bool training : {true, false}) {
    module.train(training);
    size_t plain_nodes = 0, fused_nodes = 0;
    const auto expected = everything(module, x, OpsMode::plain, plain_nodes);
    restore_buffers(module, buffers);
    const auto found = everything(module, x, OpsMode::fused, fused_nodes);
    restore_buffers(module, buffers);
    CHECK(fused_nodes <= plain_nodes);
    REQUIRE(found.size() == expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      CAPTURE(training, expected[i].name);
      CHECK(difference(found[i].value, expected[i].value, close, close) == "");
    }
  }
}

constexpr double kClose = sizeof(real) == 4 ? 1e-4 : 1e-11;

}  // namespace

TEST_CASE("twins: blocks with every attention module, plain against fused", "[models][twins][grad]") {
  constexpr int64_t kChannels = 32;
  const SettingsRestored restored;
  const Tensor x = random_tensor({2, 6, 5, kChannels}, 1);
  for (const KernelMode kernels : kernel_modes()) {
    set_kernel_mode(kernels);
    for (const AttentionKind& kind : attention_kinds()) {
      for (const int64_t stride : {1, 2}) {
        CAPTURE(to_string(kernels), kind.name, stride);
        const Shortcut shortcut = stride == 1 ? Shortcut::A : Shortcut::B;
        BasicBlock basic({kChannels, kChannels, stride, shortcut, kind.name});
        check_twins(basic, x, kClose);
        Bottleneck bottleneck({kChannels, kChannels / 2, stride, shortcut, kind.name});
        check_twins(bottleneck, x, kClose);
        InvertedResidual inverted({kChannels, kChannels, stride, /*expansion=*/stride, kind.name});
        check_twins(inverted, x, kClose);
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
static void check_families(const std::function<bool(int64_t depth)>& chosen) {
  for (const ModelFamily& family : model_families()) {
    if (!chosen(family.depth)) continue;
    CAPTURE(family.base);
    const bool image_stem = family.image_size > 100;
    const int64_t side = image_stem ? 64 : 16;
    const auto network = make_model({.name = "eca_" + family.base, .classes = 5});
    check_twins(*network, random_tensor({2, side, side, 3}, 1), 1e-6);
  }
}

TEST_CASE("twins: every network, plain against fused", "[models][twins][grad]") {
  check_families([](int64_t depth) { return depth <= 56; });
}

TEST_CASE("twins: the deepest networks, plain against fused", "[models][twins][grad][slow]") {
  check_families([](int64_t depth) { return depth > 56; });
}

#endif
