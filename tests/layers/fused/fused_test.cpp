// Ops that do the work of several, against the ops one by one.
#include <memory>

#include "core/base/error.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/reduce.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention.hpp"
#include "layers/fused/batch_norm_relu.hpp"
#include "layers/fused/conv_block.hpp"
#include "layers/fused/residual_tail.hpp"
#include "models/basic_block.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

constexpr double kClose = sizeof(real) == 4 ? 2e-5 : 1e-12;

// A module of no particular values, in training or evaluation.
void prepare(Module& module, bool training) {
  module.initialise(3);
  uint64_t seed = 20;
  for (const auto list : {&Module::parameters, &Module::buffers}) {
    for (Parameter* p : (module.*list)()) {
      const bool positive = p->name.find("var") != std::string::npos;
      const Tensor values = random_tensor(p->value.shape(), ++seed, positive ? 0.5 : -1, positive ? 2 : 1);
      if (p->name.find("num_batches") == std::string::npos) {
        p->value.assign(values.values());
      }
    }
  }
  module.train(training);
}

// y = forward(), then the gradients of `inputs` and of every parameter for a random dy, and the buffers.
template <class Forward>
std::vector<Tensor> everything(std::vector<Tensor> inputs, std::vector<Module*> modules,
                               const Forward& forward) {
  Tape tape;
  for (Tensor& input : inputs) input.set_requires_grad();
  const Tensor y = forward();
  tape.backward(y, random_tensor(y.shape(), 77));
  std::vector<Tensor> all = {copy_of(y)};
  const auto take = [&](Tensor t) {
    all.push_back(copy_of(t.grad()));
    t.clear_grad();
  };
  for (const Tensor& input : inputs) take(input);
  for (Module* module : modules) {
    for (const Parameter* p : module->parameters()) take(p->value);
    for (const Parameter* b : module->buffers()) all.push_back(copy_of(b->value));
  }
  return all;
}

void check_equal(const std::vector<Tensor>& found, const std::vector<Tensor>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i, expected[i].shape().str());
    CHECK(difference(found[i], expected[i], kClose, kClose) == "");
  }
}

std::unique_ptr<ChannelGate> make_gate(const std::string& name, int64_t C) {
  const std::string text = name == "eca" ? "eca:k=3" : name == "se" ? "se:r=2,bias=true" : "none";
  return std::unique_ptr<ChannelGate>(dynamic_cast<ChannelGate*>(make_attention(text, C).release()));
}

}  // namespace

TEST_CASE("batch norm + ReLU: the same as one after the other", "[layers][fused]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const int64_t C : {int64_t{5}, 2 * kLanes + 3}) {
      for (const bool training : {true, false}) {
        CAPTURE(C, training);
        const Tensor x = random_tensor({3, 5, 4, C}, 1);
        BatchNorm2d fused(C), apart(C);
        prepare(fused, training);
        prepare(apart, training);
        check_equal(everything({x}, {&fused}, [&] { return batch_norm_relu(fused, x); }),
                    everything({x}, {&apart}, [&] { return relu(apart(x)); }));
      }
    }
  }
}

TEST_CASE("batch norm + ReLU that is not stored: the convolution of it has the same bits",
          "[layers][fused]") {
  const SettingsRestored restored;
  const int64_t C = 2 * kLanes, O = kLanes, stride = GENERATE(1, 2);
  CAPTURE(stride);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    const Tensor x = random_tensor({2, 8, 6, C}, 1);
    const auto run = [&](bool stored) {
      BatchNorm2d bn(C);
      Conv2d conv({.in = C, .out = O, .kernel = 3, .options = {.stride = stride, .padding = 1}});
      prepare(bn, /*training=*/true);
      prepare(conv, /*training=*/true);
      REQUIRE(reads_unstored(conv, x));
      return everything({x}, {&bn, &conv}, [&] {
        const PendingRelu a(bn, x, {});
        ImageMoments moments;
        const Tensor y = stored ? fused_conv2d(conv, a.stored(), moments) : a.convolved(conv, moments);
        return add(y, y);
      });
    };
    const std::vector<Tensor> stored = run(true), unstored = run(false);
    REQUIRE(stored.size() == unstored.size());
    for (size_t i = 0; i < stored.size(); ++i) {
      CAPTURE(i);
      // The plain loop of batch norm + ReLU may round once more than that of the convolution.
      if (mode == KernelMode::fast) CHECK(same_bits(unstored[i], stored[i]));
      CHECK(difference(unstored[i], stored[i], kClose, kClose) == "");
    }
  }
}

TEST_CASE("a residual block keeps three maps for its backward", "[layers][fused]") {
  const int64_t C = kLanes, map_bytes = 4 * 64 * 64 * C * static_cast<int64_t>(sizeof(real));
  BasicBlock basic({.in = C, .width = C, .stride = 1, .shortcut = Shortcut::A, .attention = "eca"});
  basic.initialise(1);
  Tensor x = random_tensor({4, 64, 64, C}, 1);
  x.set_requires_grad();
  const int64_t before = memory_stats().live_bytes;
  Tape tape;
  const Tensor y = basic(x);
  const int64_t maps = (memory_stats().live_bytes - before) / map_bytes;
  CHECK(maps == 3);  // what each convolution puts out, and y
}

TEST_CASE("residual tail: without a tape the result is written over an x that nobody else has",
          "[layers][fused]") {
  BatchNorm2d bn(kLanes);
  prepare(bn, /*training=*/false);
  const Tensor values = random_tensor({2, 5, 4, kLanes}, 1), shortcut = random_tensor({2, 5, 4, kLanes}, 2);
  Tensor mine = copy_of(values);
  const real* array = mine.data();
  const Tensor over = residual_tail(bn, nullptr, std::move(mine), shortcut);
  CHECK(over.data() == array);
  const Tensor beside = residual_tail(bn, nullptr, values, shortcut);
  CHECK(beside.data() != values.data());
  CHECK(same_bits(over, beside));
  Tape tape;
  Tensor wanted = copy_of(values);
  wanted.set_requires_grad();
  array = wanted.data();
  CHECK(residual_tail(bn, nullptr, std::move(wanted), shortcut).data() != array);
}

TEST_CASE("an activation that no convolution can work out is stored", "[layers][fused]") {
  const Tensor x = random_tensor({2, 6, 6, kLanes}, 1);
  BatchNorm2d bn(kLanes);
  Conv2d large({.in = kLanes, .out = kLanes, .kernel = 5, .options = {.padding = 2}});
  prepare(bn, /*training=*/true);
  prepare(large, /*training=*/true);
  CHECK(reads_unstored(large, x) == (kernel_mode() != KernelMode::fast));
  ImageMoments moments;
  const Tensor y = PendingRelu(bn, x, {}).convolved(large, moments);
  prepare(bn, /*training=*/true);
  CHECK(same_bits(y, large(batch_norm_relu(bn, x))));
}

TEST_CASE("residual tail: the same as its parts one by one", "[layers][fused]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const char* name : {"none", "eca", "se"}) {
      for (const int64_t C : {int64_t{5}, 2 * kLanes + 3}) {
        for (const bool training : {true, false}) {
          CAPTURE(name, C, training);
          const Tensor x = random_tensor({3, 5, 4, C}, 1), shortcut = random_tensor({3, 5, 4, C}, 2);
          BatchNorm2d fused(C), apart(C);
          prepare(fused, training);
          prepare(apart, training);
          const auto gate = make_gate(name, C), same_gate = make_gate(name, C);
          std::vector<Module*> fused_modules = {&fused}, apart_modules = {&apart};
          if (gate) {
            prepare(*gate, training);
            prepare(*same_gate, training);
            fused_modules.push_back(gate.get());
            apart_modules.push_back(same_gate.get());
          }
          check_equal(everything({x, shortcut}, fused_modules,
                                 [&] { return residual_tail(fused, gate.get(), x, shortcut); }),
                      everything({x, shortcut}, apart_modules, [&] {
                        const Tensor z = apart(x);
                        return relu(add(same_gate ? (*same_gate)(z) : z, shortcut));
                      }));
        }
      }
    }
  }
}

// The identity shortcut of a block whose input is also what the block convolves: one tensor, two ways to the loss.
TEST_CASE("residual tail: x may be its own shortcut", "[layers][fused]") {
  const Tensor x = random_tensor({2, 3, 3, 4}, 1);
  BatchNorm2d fused(4), apart(4);
  prepare(fused, true);
  prepare(apart, true);
  check_equal(everything({x}, {&fused}, [&] { return residual_tail(fused, nullptr, x, x); }),
              everything({x}, {&apart}, [&] { return relu(add(apart(x), x)); }));
}

TEST_CASE("residual tail: the shortcut must have the shape of x", "[layers][fused]") {
  BatchNorm2d bn(4);
  bn.initialise(1);
  const Tensor x = random_tensor({2, 3, 3, 4}, 1);
  const std::string text = error_text<ShapeError>([&] {
    residual_tail(bn, nullptr, x, Tensor::zeros({2, 3, 3, 5}));
  });
  CHECK_THAT(text, contains("residual_tail"));
  CHECK_THAT(text, contains("(2,3,3,5)"));
  CHECK_THAT(text, contains("(2,3,3,4)"));
}

TEST_CASE("folding: evaluation without a tape gives what evaluation on a tape gives", "[layers][fused]") {
  const SettingsRestored restored;
  set_ops_mode(OpsMode::fused);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const char* model : {"resnet20", "eca_resnet20", "se_resnet20"}) {
      CAPTURE(model);
      const auto network = make_model({.name = model, .shortcut = Shortcut::B});
      network->initialise(5);
      const Tensor x = random_tensor({3, 16, 12, 3}, 1);
      (*network)(x);  // moves the running statistics away from 0 and 1
      network->eval();
      const Tensor folded = (*network)(x);
      Tape tape;
      const Tensor apart = (*network)(x);
      CHECK(tape.size() > 0);
      CHECK(difference(folded, apart, kClose, kClose) == "");
      CHECK(!same_bits(folded, apart));  // it did take another way
    }
  }
}

TEST_CASE("folding: a convolution pair that trains is not folded", "[layers][fused]") {
  Conv2d conv({.in = 3, .out = 4, .kernel = 3, .options = {.padding = 1}});
  BatchNorm2d bn(4);
  conv.initialise(1);
  bn.initialise(2);
  const Tensor x = random_tensor({2, 5, 5, 3}, 1), before = copy_of(bn.buffers()[0]->value);
  conv_bn_relu(conv, bn, x);
  CHECK(!same_bits(bn.buffers()[0]->value, before));
}

#ifdef ECA_REAL_DOUBLE

TEST_CASE("fused: gradients of batch norm + ReLU", "[grad][fused]") {
  for (const bool training : {true, false}) {
    CAPTURE(training);
    BatchNorm2d bn(9);
    randomise(bn);
    bn.train(training);
    const Tensor x = random_tensor({2, 3, 2, 9}, 1, -1, 3);
    gradcheck("batch_norm_relu", with_parameters({{"x", x}}, bn.parameters()),
              [&] { return batch_norm_relu(bn, x); });
  }
}

TEST_CASE("fused: gradients of a convolution of batch norm + ReLU that is not stored", "[grad][fused]") {
  const SettingsRestored restored;
  const int64_t C = kLanes;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    BatchNorm2d bn(C);
    randomise(bn);
    Conv2d conv({.in = C, .out = C, .kernel = 3, .options = {.padding = 1}});
    randomise(conv);
    const Tensor x = random_tensor({2, 5, 4, C}, 1, -1, 3);
    gradcheck("fused_conv2d of batch_norm_relu_unstored",
              with_parameters(with_parameters({{"x", x}}, bn.parameters()), conv.parameters()), [&] {
                ImageMoments moments;
                return fused_conv2d(conv, batch_norm_relu_unstored(x, bn.values(x)), moments);
              });
  }
}

TEST_CASE("fused: gradients of the residual tail", "[grad][fused]") {
  for (const char* name : {"none", "eca", "se"}) {
    for (const bool training : {true, false}) {
      CAPTURE(name, training);
      BatchNorm2d bn(9);
      randomise(bn);
      bn.train(training);
      const auto gate = make_gate(name, 9);
      const Tensor x = random_tensor({2, 3, 2, 9}, 1, -1, 3),
                   shortcut = random_tensor({2, 3, 2, 9}, 2, -1, 3);
      auto inputs = with_parameters({{"x", x}, {"shortcut", shortcut}}, bn.parameters());
      if (gate) {
        randomise(*gate);
        inputs = with_parameters(inputs, gate->parameters());
      }
      gradcheck("residual_tail", inputs, [&] { return residual_tail(bn, gate.get(), x, shortcut); });
    }
  }
}

#endif
