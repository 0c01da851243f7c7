#include "layers/attention/attention.hpp"

#include <cmath>
#include <map>
#include <optional>

#include "core/base/error.hpp"
#include "layers/attention/eca.hpp"
#include "layers/attention/se.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::string attention_error(const std::string& text) {
  return error_text<Error>([&] { make_attention(text, 16); });
}

// Copies a golden tensor into a parameter.
void set(Parameter* parameter, const Tensor& value) {
  REQUIRE(parameter->value.shape() == value.shape());
  std::copy_n(value.data(), value.numel(), parameter->value.write_in_place());
}

}  // namespace

// ---- by name -----------------------------------------------------------------------------------------

TEST_CASE("attention: modules by name and option", "[layers][attention]") {
  CHECK(make_attention("none", 16) == nullptr);
  CHECK(make_attention("eca", 16)->parameter_count() == 3);
  CHECK(make_attention("eca", 256)->parameter_count() == 5);
  CHECK(make_attention("eca:k=adaptive", 256)->parameter_count() == 5);
  CHECK(make_attention("eca:k=9", 16)->parameter_count() == 9);
  CHECK(make_attention("se", 64)->parameter_count() == 2 * 64 * 4);
  CHECK(make_attention("se:r=8,bias=true", 64)->parameter_count() == 2 * 64 * 8 + 64 + 8);
  CHECK(make_attention("se:r=100", 16)->parameter_count() == 2 * 16);  // at least one hidden unit
  CHECK(attention_name("eca:k=5") == "eca");
  CHECK(attention_name("none") == "none");
  CHECK(attention_kinds().size() == 18);
  CHECK(attention_kinds()[0].name == "none");
}

TEST_CASE("attention: every kind can be made, and keeps the shape of x", "[layers][attention]") {
  for (const AttentionKind& kind : attention_kinds()) {
    CAPTURE(kind.name);
    CHECK(!kind.description.empty());
    const auto module = make_attention(kind.name, 16);
    if (kind.name == "none") continue;
    REQUIRE(module != nullptr);
    module->initialise(1);
    CHECK((*module)(random_tensor({2, 3, 5, 16}, 1)).shape() == Shape{2, 3, 5, 16});
  }
}

TEST_CASE("attention: a misspelt module or option is named, with what is possible", "[layers][attention]") {
  const std::string unknown = attention_error("ecaa");
  CHECK_THAT(unknown, contains("attention: unknown module \"ecaa\" (did you mean \"eca\"?)"));
  CHECK_THAT(unknown,
             contains("possible are: none, se, se_var1, se_var2, se_var3, se_gc1, se_gc2, se_gc3, eca_ns, "
                      "eca, eca_circular, eca_permuted, cbam, gct, srm, simam, coord, ge"));
  CHECK_THAT(attention_error(""), contains("attention: unknown module \"\""));
  CHECK_THAT(attention_error("ECA"), contains("unknown module \"ECA\""));
  CHECK_THAT(error_text<Error>([] { attention_name("sse:r=4"); }), contains("did you mean \"se\"?"));
  CHECK_THAT(attention_error("eca:kernel=3"), contains("unknown option \"kernel\""));
  CHECK_THAT(attention_error("eca:kernel=3"), contains("possible are k, gamma, b"));
  CHECK_THAT(attention_error("cbam:k=7"), contains("possible are r, kernel"));
  CHECK_THAT(attention_error("simam:lamda=1"), contains("did you mean \"lambda\"?"));
  for (const char* plain : {"se_var1", "se_var2", "se_var3", "se_gc1", "se_gc2", "se_gc3", "gct", "srm"}) {
    CHECK_THAT(attention_error(plain + std::string(":r=2")), contains("it takes no options"));
  }
  CHECK_THAT(attention_error("se:bais=true"), contains("did you mean \"bias\"?"));
  CHECK_THAT(attention_error("none:k=3"), contains("it takes no options"));
  CHECK_THAT(attention_error("se:16"), contains("expected key=value"));
}

TEST_CASE("attention: values out of range are refused", "[layers][attention]") {
  CHECK_THAT(attention_error("eca:k=4"), contains("eca: k = 4, expected an odd number"));
  CHECK_THAT(attention_error("eca:k=0"), contains("eca: k = 0, expected an odd number"));
  CHECK_THAT(attention_error("eca:k=-3"), contains("eca: k = -3, expected an odd number"));
  CHECK_THAT(attention_error("eca:k=three"), contains("k = \"three\", expected a whole number"));
  CHECK_THAT(attention_error("eca:gamma=0"), contains("eca: gamma = 0, expected at least 1"));
  CHECK_THAT(attention_error("eca:b=-1"), contains("eca: b = -1, expected at least 0"));
  CHECK_THAT(attention_error("eca:k=5,b=1"), contains("eca: k = 5 and also gamma or b"));
  CHECK_THAT(attention_error("eca_ns:k=2"), contains("eca_ns: k = 2, expected an odd number"));
  CHECK_THAT(attention_error("eca_circular:k=2"), contains("eca_circular: k = 2, expected an odd"));
  CHECK_THAT(attention_error("eca_permuted:k=2"), contains("eca_permuted: k = 2, expected an odd"));
  CHECK_THAT(attention_error("cbam:r=0"), contains("cbam: r = 0, expected at least 1"));
  CHECK_THAT(attention_error("cbam:kernel=4"), contains("cbam: kernel = 4, expected an odd number"));
  CHECK_THAT(attention_error("simam:lambda=0"), contains("simam: lambda = 0.000000, expected above 0"));
  CHECK_THAT(attention_error("coord:r=0"), contains("coord: r = 0, expected at least 1"));
  CHECK_THAT(attention_error("ge:extent=0"), contains("ge: extent = 0, expected global or at least 1"));
  for (const auto& [text, multiple] :
       std::map<std::string, std::string>{{"se_gc1", "16"}, {"se_gc2", "16"}, {"se_gc3", "8"}}) {
    CHECK(error_text<Error>([&, text = text] { make_attention(text, 20); }) ==
          text + ": 20 channels, expected a multiple of " + multiple);
  }
  CHECK_THAT(attention_error("se:r=0"), contains("se: r = 0, expected at least 1"));
  CHECK_THAT(attention_error("se:r=-1"), contains("se: r = -1"));
  CHECK_THAT(attention_error("se:r=2.5"), contains("r = \"2.5\", expected a whole number"));
  CHECK_THAT(attention_error("se:bias=maybe"), contains("bias = \"maybe\", expected true or false"));
}

TEST_CASE("attention: every module agrees with PyTorch", "[golden][attention]") {
  const SettingsRestored restored;
  const Golden golden("attention");
  CHECK(golden.cases().size() == 33);
  for (const KernelMode mode : kBothModes) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const auto module = make_attention(c.option<std::string>("attention"), c.option<int64_t>("C"));
      module->initialise(1);
      load_golden(*module, golden.file(), c.name() + ".");
      module->train(c.option<bool>("train"));
      Tensor x = c.images("x").set_requires_grad();
      Tape tape;
      const Tensor y = (*module)(x);
      check_golden("y", y, c.images("y"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      for (const Parameter* parameter : module->parameters()) {
        CAPTURE(parameter->name);
        const Tensor gradient = in_file_order(*parameter, parameter->value.grad());
        // The gradient of a bias that a batch norm follows is 0 in exact arithmetic.
        CHECK(difference(gradient, c.same("d." + parameter->name), kGoldenTolerance, kGoldenTolerance / 10) ==
              "");
      }
      for (const Parameter* buffer : module->buffers()) {
        const std::string after = "after." + buffer->name;
        if (c.has(after)) check_golden(after, in_file_order(*buffer, buffer->value), c.same(after));
      }
      ++counters.goldens;
    }
  }
}

// ---- ECA ---------------------------------------------------------------------------------------------

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
  ECA module(5, 3);
  set(module.parameters()[0], Tensor::from({3}, {0, 1, 0}));
  const Tensor x = random_tensor({2, 3, 4, 5}, 1);
  const Tensor y = module(x);
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t c = 0; c < 5; ++c) {
      double mean = 0;
      for (int64_t p = 0; p < 12; ++p) mean += static_cast<double>(x.data()[(n * 12 + p) * 5 + c]) / 12;
      const double gate = 1 / (1 + std::exp(-mean));
      CHECK(std::abs(static_cast<double>(y.data()[n * 60 + c] / x.data()[n * 60 + c]) - gate) < 1e-5);
    }
  }
}

TEST_CASE("eca: one weight vector, which does not decay", "[layers][eca]") {
  ECA module(64);
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
  for (const KernelMode mode : kBothModes) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      ECA module(c.option<int64_t>("C"), c.option<int64_t>("k"));
      set(module.parameters()[0], c.same("w"));
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

// ---- SE ----------------------------------------------------------------------------------------------

TEST_CASE("se: weights are called as in PyTorch implementations", "[layers][se]") {
  SE module(16, {.r = 4, .bias = true});
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
  for (const KernelMode mode : kBothModes) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const bool bias = c.option<bool>("bias");
      SE module(c.option<int64_t>("C"), {.r = c.option<int64_t>("r"), .bias = bias});
      const auto parameters = module.parameters();
      REQUIRE(parameters.size() == (bias ? 4 : 2));
      const size_t second = bias ? 2 : 1;
      set(parameters[0], c.matrix("w1"));
      set(parameters[second], c.matrix("w2"));
      if (bias) {
        set(parameters[1], c.same("b1"));
        set(parameters[3], c.same("b2"));
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

TEST_CASE("attention: gradients of every module", "[grad][attention]") {
  for (const char* text : {"se_var1",
                           "se_var2",
                           "se_var3",
                           "se_gc1",
                           "se_gc2",
                           "se_gc3",
                           "eca_ns:k=1",
                           "eca_ns",
                           "eca_ns:k=5",
                           "eca:gamma=1",
                           "eca_circular",
                           "eca_circular:k=7",
                           "eca_permuted",
                           "eca_permuted:k=5",
                           "cbam:r=4,kernel=3",
                           "cbam",
                           "gct",
                           "srm",
                           "simam",
                           "simam:lambda=0.3",
                           "coord",
                           "coord:r=1",
                           "ge",
                           "ge:extent=1",
                           "ge:extent=2",
                           "ge:extent=3"}) {
    for (const bool training : {true, false}) {
      CAPTURE(text, training);
      const auto module = make_attention(text, 16);
      randomise(*module);
      module->train(training);
      const Tensor x = distinct_tensor({3, 3, 2, 16}, 1);
      gradcheck(text, with_parameters({{"x", x}}, module->parameters()), [&] { return (*module)(x); });
      if (module->buffers().empty()) break;
    }
  }
}

TEST_CASE("eca: gradients of the module", "[grad][eca]") {
  for (const std::optional<int64_t> k : std::initializer_list<std::optional<int64_t>>{{}, 1, 3, 5}) {
    CAPTURE(k.value_or(adaptive_kernel_size(9)));
    ECA module(9, k);
    randomise(module);
    const Tensor x = random_tensor({2, 3, 2, 9}, 1, -1, 3);
    gradcheck("ECA", with_parameters({{"x", x}}, module.parameters()), [&] { return module(x); });
  }
}

TEST_CASE("se: gradients of the module", "[grad][se]") {
  for (const bool bias : {false, true}) {
    for (const int64_t r : {2, 4}) {
      CAPTURE(bias, r);
      SE module(8, {.r = r, .bias = bias});
      randomise(module);
      const Tensor x = random_tensor({3, 3, 2, 8}, 1, -1, 2);
      gradcheck("SE", with_parameters({{"x", x}}, module.parameters()), [&] { return module(x); });
    }
  }
}

#endif
