#include <cmath>

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/attention/ops/channel_conv1d.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("eca: the adaptive kernel size is the paper's table", "[layers][eca]") {
  for (int64_t C = 1; C <= 4096; ++C) {
    const int64_t expected = C < 8 ? 1 : C < 128 ? 3 : C < 2048 ? 5 : 7;
    const int t = static_cast<int>(std::abs((std::log2(static_cast<double>(C)) + 1) / 2));
    const int64_t formula = t % 2 == 1 ? t : t + 1;
    if (adaptive_kernel_size(C) == expected && formula == expected) continue;
    FAIL("C = " << C << ": " << adaptive_kernel_size(C) << ", table " << expected << ", formula " << formula);
  }
  CHECK(adaptive_kernel_size(32767) == 7);
  CHECK(adaptive_kernel_size(32768) == 9);
  for (const int64_t C : {0, -5}) {
    CHECK(error_text<Error>([&] { adaptive_kernel_size(C); }) ==
          "eca: adaptive kernel size for C = " + std::to_string(C) + ", expected at least 1");
  }
}

TEST_CASE("eca: the rule with other constants is the odd number nearest to its formula", "[layers][eca]") {
  for (const int64_t gamma : {1, 2, 3, 4}) {
    for (const int64_t b : {0, 1, 2, 5}) {
      for (int64_t C = 1; C <= 4096; ++C) {
        const double wanted = (std::log2(static_cast<double>(C)) + static_cast<double>(b)) / gamma;
        const int64_t k = adaptive_kernel_size(C, {.gamma = gamma, .b = b});
        const double distance = static_cast<double>(k) - wanted;  // in [-1,1], at a tie 1: upwards
        if (k % 2 == 1 && distance > -1 && distance <= 1) continue;
        FAIL("gamma " << gamma << ", b " << b << ", C = " << C << ": k = " << k << ", formula " << wanted);
      }
    }
  }
  CHECK(make_attention("eca:gamma=1", 16)->parameter_count() == 5);
  CHECK(make_attention("eca:gamma=1,b=2", 16)->parameter_count() == 7);
}

TEST_CASE("eca: the window is centred, zeros lie beyond both ends", "[layers][eca]") {
  const Tensor y = Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6}), w = Tensor::from({3}, {100, 10, 1});
  CHECK(channel_conv1d(y, w).values() == std::vector<real>{12, 123, 230, 45, 456, 560});
  const Tensor wide = Tensor::from({7}, {1, 10, 100, 1000, 10000, 100000, 1000000});  // wider than C
  CHECK(channel_conv1d(Tensor::from({1, 2}, {1, 2}), wide).values() == std::vector<real>{21000, 2100});
}

TEST_CASE("eca: each rule of channel_conv1d has its message", "[layers][eca]") {
  Tensor y = Tensor::zeros({2, 3}), w = Tensor::zeros({4}).set_name("eca.conv.weight");
  const std::string text = error_text<ShapeError>([&] { channel_conv1d(y, w); });
  CHECK_THAT(text, contains("channel_conv1d: the kernel must have an odd length, to be centred"));
  CHECK_THAT(text, contains("(4)  K  \"eca.conv.weight\""));
  CHECK_THAT(error_text<ShapeError>([&] {
               channel_conv1d(Tensor::zeros({2, 1, 1, 3}), w);
             }),
             contains("channel_conv1d: y must have 2 axes, found 4"));
  CHECK_THAT(error_text<ShapeError>([&] { channel_conv1d(y, y); }),
             contains("channel_conv1d: w must have 1 axes, found 2"));
}

TEST_CASE("eca: a delta kernel gates each channel with its own mean", "[layers][eca]") {
  const auto eca = make_attention("eca:k=3", 5);
  Module& module = *eca;
  set_parameter(*module.parameters()[0], Tensor::from({3}, {0, 1, 0}));
  const Tensor x = random_tensor({2, 3, 4, 5}, 1);
  const Tensor y = module(x);
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t c = 0; c < 5; ++c) {
      double mean = 0;
      for (int64_t p = 0; p < 12; ++p) mean += static_cast<double>(x.values()[(n * 12 + p) * 5 + c]) / 12;
      const double gate = 1 / (1 + std::exp(-mean));
      CHECK(std::abs(static_cast<double>(y.values()[n * 60 + c] / x.values()[n * 60 + c]) - gate) < 1e-5);
    }
  }
}

TEST_CASE("eca: one weight vector, which does not decay", "[layers][eca]") {
  const auto eca = make_attention("eca", 64);
  Module& module = *eca;
  module.initialise(1);
  REQUIRE(module.parameters().size() == 1);
  const Parameter& weight = *module.parameters()[0];
  CHECK(weight.name == "conv.weight");
  CHECK(weight.value.shape() == Shape{3});
  CHECK(!weight.decay);
  for (const real value : weight.value.values()) CHECK(std::abs(value) <= 1 / std::sqrt(real{3}));
}

TEST_CASE("eca: agrees with PyTorch", "[golden][eca]") {
  const SettingsRestored restored;
  const Golden golden("eca");
  CHECK(golden.cases().size() == 6);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const std::string k = std::to_string(c.option<int64_t>("k"));
      const auto eca = make_attention("eca:k=" + k, c.option<int64_t>("C"));
      Module& module = *eca;
      set_parameter(*module.parameters()[0], c.same("w"));
      Tensor x = c.images("x").set_requires_grad();
      Tape tape;
      const Tensor y = module(x);
      check_golden("y", y, c.images("y"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      check_golden("dw", module.parameters()[0]->value.grad(), c.same("dw"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE

TEST_CASE("eca: gradients of channel_conv1d, kernels wider than the channels too", "[grad][eca]") {
  for (const Ends ends : {Ends::zeros, Ends::circular}) {
    for (const int64_t k : {1, 3, 5, 7}) {
      for (const int64_t C : {1, 2, 3, 9}) {
        CAPTURE(ends == Ends::circular, k, C);
        const Tensor y = random_tensor({3, C}, 1), w = random_tensor({k}, 2);
        gradcheck("channel_conv1d", {{"y", y}, {"w", w}}, [&] { return channel_conv1d(y, w, ends); });
      }
    }
  }
}

TEST_CASE("eca: gradients of the module", "[grad][eca]") {
  for (const char* text : {"eca", "eca:k=1", "eca:k=3", "eca:k=5"}) {
    CAPTURE(text);
    const auto eca = make_attention(text, 9);
    Module& module = *eca;
    randomise(module);
    const Tensor x = random_tensor({2, 3, 2, 9}, 1, -1, 3);
    gradcheck("ECA", with_parameters({{"x", x}}, module.parameters()), [&] { return module(x); });
  }
}

#endif
