#include "models/resnet_cifar.hpp"

#include "core/optim/sgd.hpp"
#include "layers/cross_entropy.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// eca_resnet20 with the weights, input and labels of the golden file.
struct GoldenNetwork {
  Golden golden{"eca_resnet20"};
  std::unique_ptr<Module> model;
  Tensor input;
  std::vector<int32_t> labels;
  double smoothing;

  GoldenNetwork() {
    ModelConfig config;
    config.name = "eca_resnet20";
    model = make_model(config);
    model->initialise(1);
    load_golden(*model, golden.file(), "");
    input = permuted(at("input"), {0, 2, 3, 1});
    const auto integers = golden.file().at("labels").integers();
    labels = {integers.begin(), integers.end()};
    smoothing = golden.cases().at(0).option<double>("smoothing");
  }
  Tensor at(const std::string& name) const { return golden_tensor(golden.file(), name); }
  Tensor loss() { return cross_entropy((*model)(input), labels, smoothing); }
};

}  // namespace

TEST_CASE("eca_resnet20: logits in evaluation agree with PyTorch", "[golden][network]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    GoldenNetwork network;
    network.model->eval();
    check_golden("logits", (*network.model)(network.input), network.at("eval.logits"));
    ++counters.goldens;
  }
}

TEST_CASE("eca_resnet20: loss and every gradient in training agree with PyTorch", "[golden][network]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    GoldenNetwork network;
    Tape tape;
    const Tensor logits = (*network.model)(network.input);
    check_golden("logits", logits, network.at("train.logits"));
    const Tensor loss = cross_entropy(logits, network.labels, network.smoothing);
    check_golden("loss", Tensor::full({1}, loss.item()), network.at("train.loss"));
    tape.backward(loss);
    const auto parameters = network.model->parameters();
    CHECK(parameters.size() == 68);
    for (const Parameter* parameter : parameters) {
      check_golden("gradient of " + parameter->name, in_file_order(*parameter, parameter->value.grad()),
                   network.at("train.grad." + parameter->name));
    }
    for (const Parameter* buffer : network.model->buffers()) {
      if (buffer->layout == FileLayout::counter) continue;
      check_golden(buffer->name, buffer->value, network.at("train." + buffer->name));
    }
    ++counters.goldens;
  }
}

TEST_CASE("eca_resnet20: the loss curve of ten steps agrees with PyTorch", "[golden][network]") {
  const SettingsRestored restored;
  const Golden curve("loss_curve");
  REQUIRE(curve.cases().size() == 1);
  const GoldenCase& c = curve.cases()[0];
  CHECK(c.name() == "losses");
  const Tensor losses = golden_tensor(curve.file(), "losses");
  REQUIRE(losses.numel() == 10);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    GoldenNetwork network;
    Sgd optimizer(network.model->parameters(), {.momentum = c.option<double>("momentum"),
                                                .weight_decay = c.option<double>("weight_decay"),
                                                .nesterov = c.option<bool>("nesterov")});
    for (int64_t step = 0; step < 10; ++step) {
      optimizer.clear_grads();
      Tape tape;
      const Tensor loss = network.loss();
      // Rounding errors grow from step to step, as small differences do in training.
#ifdef ECA_REAL_DOUBLE
      const double tolerance = step < 3 ? 1e-9 : 1e-6;
#else
      const double tolerance = step < 5 ? 1e-5 : 1e-3;
#endif
      check_golden("loss " + std::to_string(step), Tensor::full({}, loss.item()),
                   Tensor::full({}, losses.values()[step]), tolerance);
      tape.backward(loss);
      optimizer.step(c.option<double>("lr"));
    }
    ++counters.goldens;
  }
}

TEST_CASE("eca_resnet20: three training steps give equal weights at 1, 2, 3 and 5 threads",
          "[threads][network]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  ModelConfig config;
  config.name = "eca_resnet20";
  const Tensor x = random_tensor({8, 32, 32, 3}, 1);
  const std::vector<int32_t> labels = {0, 1, 2, 3, 4, 5, 6, 7};
  std::vector<Tensor> expected;
  for (const int n : {1, 2, 3, 5}) {
    set_threads(n);
    CAPTURE(n);
    const auto model = make_model(config);
    model->initialise(1);
    std::vector<Parameter*> all = model->parameters();
    Sgd optimizer(all, {.momentum = 0.9, .weight_decay = 5e-4, .nesterov = true});
    for (int step = 0; step < 3; ++step) {
      optimizer.clear_grads();
      Tape tape;
      tape.backward(cross_entropy((*model)(x), labels, 0.1));
      optimizer.step(0.1);
    }
    for (Parameter* buffer : model->buffers()) all.push_back(buffer);
    if (n == 1) {
      for (const Parameter* parameter : all) expected.push_back(copy_of(parameter->value));
    }
    for (size_t i = 0; i < all.size(); ++i) {
      if (!same_bits(all[i]->value, expected[i])) FAIL(all[i]->name + " differs from that of one thread");
    }
    CHECK(all.size() == 68 + 19 * 3);
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("resnet: gradient of a tiny network's loss by every parameter", "[grad][network]") {
  for (const char* attention : {"none", "se:r=2,bias=true", "eca:k=3"}) {
    for (const Shortcut shortcut : {Shortcut::A, Shortcut::B}) {
      for (const bool training : {true, false}) {
        CAPTURE(attention, shortcut == Shortcut::B, training);
        const NetworkConfig config = {
            .attention = attention, .shortcut = shortcut, .in_channels = 3, .classes = 4};
        ResNet network({Stem::small, Block::basic, {{1, 2}, {1, 4}}}, config);
        randomise(network);
        network.train(training);
        const Tensor x = random_tensor({3, 6, 5, 3}, 1);
        gradcheck("network", with_parameters({{"x", x}}, network.parameters()), [&] {
          return cross_entropy(network(x), {0, 3, 1}, 0.1);
        });
      }
    }
  }
}
#endif
