#include "layers/conv2d.hpp"

#include <set>

#include "core/autograd/check.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
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

Tensor named(const Shape& shape, const std::string& name) {
  Tensor x = Tensor::zeros(shape);
  return x.set_name(name);
}

}  // namespace

TEST_CASE("conv2d: a small example by hand", "[layers][conv2d]") {
  const SettingsRestored restored;
  // One channel, 3x3 image, 2x2 kernel, padding 1, stride 2: four windows, each with one corner of the image.
  const Tensor x = Tensor::from({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Tensor w = Tensor::from({2, 2, 1, 1}, {1, 10, 100, 1000}), b = Tensor::from({1}, {0.5});
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    const Tensor y = conv2d(x, w, b, {.stride = 2, .padding = 1});
    CHECK(y.shape() == Shape{1, 2, 2, 1});
    CHECK(y.values() == std::vector<real>{1000.5, 3200.5, 7040.5, 9865.5});
  }
}

TEST_CASE("conv2d: errors name op, rule, tensors, axes, values, module and op number", "[layers][conv2d]") {
  const Tensor x = named({128, 32, 32, 3}, "input"), w = named({3, 3, 16, 16}, "layer1.0.conv1.weight");
  Tape tape;
  Tensor y = Tensor::zeros({1}).set_requires_grad();
  for (int i = 0; i < 7; ++i) y = relu(y);
  const Scope scope("layer1.0.conv1");
  CHECK(error_text<ShapeError>([&] { conv2d(x, w, {}); }) ==
        R"(conv2d: channels of x do not match channels of w
  x  (128,32,32,3)  N,H,W,C    "input"                  C = 3
  w  (3,3,16,16)    KH,KW,I,O  "layer1.0.conv1.weight"  I = 16
  in layer1.0.conv1, op #7 of this forward pass)");
}

TEST_CASE("conv2d: each rule has its message", "[layers][conv2d]") {
  const Tensor x = named({2, 8, 6, 4}, "input"), w = named({3, 3, 4, 6}, "weight");
  const auto text = [](const Tensor& x_in, const Tensor& w_in, const Tensor& b, Conv2dOptions options) {
    return error_text<ShapeError>([&] { conv2d(x_in, w_in, b, options); });
  };
  CHECK_THAT(text(named({8, 6, 4}, "flat"), w, {}, {}),
             contains("conv2d: x must have 4 axes, found 3\n  x  (8,6,4)  N,H,W,C  \"flat\""));
  CHECK_THAT(text(named({0, 8, 8, 4}, "nothing"), w, {}, {}),
             contains("conv2d: x holds no image") && contains("N = 0"));
  CHECK_THAT(text({}, w, {}, {}), contains("conv2d: x must have 4 axes, found none: it is undefined"));
  CHECK_THAT(text(x, named({3, 3}, "flat"), {}, {}), contains("conv2d: w must have 4 axes, found 2"));

  const std::string rule = "stride, dilation and groups must be at least 1 and padding at least 0; found ";
  CHECK_THAT(text(x, w, {}, {.stride = 0}), contains(rule + "stride 0, dilation 1, groups 1, padding 0"));
  CHECK_THAT(text(x, w, {}, {.padding = -1}), contains("padding -1"));
  CHECK_THAT(text(x, w, {}, {.dilation = 0}), contains("dilation 0"));
  CHECK_THAT(text(x, w, {}, {.groups = 0}), contains("groups 0"));

  CHECK_THAT(text(x, w, {}, {.groups = 2}), contains("channels of x are not 2 groups of w's channels"));
  CHECK_THAT(text(x, named({3, 3, 2, 5}, "weight"), {}, {.groups = 2}),
             contains("groups = 2 does not divide O\n"));
  CHECK_THAT(text(x, named({3, 3, 2, 5}, "weight"), {}, {.groups = 2}), contains("\"weight\"  O = 5"));

  const std::string large = text(x, named({9, 3, 4, 6}, "weight"), {}, {});
  CHECK_THAT(large, contains("the kernel is larger than the padded image"));
  CHECK_THAT(large, contains("padded extent 8"));
  CHECK_THAT(large, contains("kernel reaches 9"));
  CHECK_THAT(text(x, named({1, 4, 4, 6}, "weight"), {}, {.dilation = 3}), contains("kernel reaches 10"));
  CHECK_NOTHROW(conv2d(x, named({9, 3, 4, 6}, "weight"), {}, {.padding = 1}));

  CHECK_THAT(text(x, w, named({5}, "bias"), {}),
             contains("conv2d: b must have shape (6)\n  b  (5)  O  \"bias\""));
  CHECK_THAT(text(x, w, named({1, 6}, "bias"), {}), contains("conv2d: b must have 1 axes, found 2"));
}

TEST_CASE("conv2d: the module owns a weight that decays and a bias that does not", "[layers][conv2d]") {
  Conv2d conv({.in = 4, .out = 6, .kernel = 3, .options = {.padding = 1, .groups = 2}, .bias = true});
  conv.initialise(1);
  const auto parameters = conv.parameters();
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0]->name == "weight");
  CHECK(parameters[0]->value.shape() == Shape{3, 3, 2, 6});
  CHECK(parameters[0]->decay);
  CHECK(parameters[1]->name == "bias");
  CHECK(parameters[1]->value.values() == std::vector<real>(6, 0));
  CHECK(!parameters[1]->decay);
  CHECK(conv(random_tensor({2, 5, 5, 4}, 1)).shape() == Shape{2, 5, 5, 6});
  CHECK(Conv2d({.in = 4, .out = 6, .kernel = 1, .options = {}}).parameter_count() == 24);
}

TEST_CASE("conv2d: agrees with PyTorch", "[golden][conv2d]") {
  const SettingsRestored restored;
  const Golden golden("conv2d");
  CHECK(golden.cases().size() == 32);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const bool bias = c.option<bool>("bias");
      Tensor x = c.images("x").set_requires_grad(), w = c.kernel("w").set_requires_grad(), b;
      if (bias) b = c.same("b").set_requires_grad();
      Tape tape;
      const Tensor y = conv2d(x, w, b,
                              {.stride = c.option<int64_t>("stride"),
                               .padding = c.option<int64_t>("padding"),
                               .dilation = c.option<int64_t>("dilation"),
                               .groups = c.option<int64_t>("groups")});
      check_golden("y", y, c.images("y"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      check_golden("dw", w.grad(), c.kernel("dw"));
      if (bias) check_golden("db", b.grad(), c.same("db"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE

namespace {

struct Geometry {
  int64_t H, W, I, KH, KW, O;
  Conv2dOptions options;
};

void check_gradient(const Geometry& g, bool bias) {
  const Tensor x = random_tensor({2, g.H, g.W, g.I}, 1);
  const Tensor w = random_tensor({g.KH, g.KW, g.I / g.options.groups, g.O}, 2);
  const Tensor b = bias ? random_tensor({g.O}, 3) : Tensor();
  const auto& [stride, padding, dilation, groups] = g.options;
  CAPTURE(x.shape().str(), w.shape().str(), stride, padding, dilation, groups, bias);
  std::vector<GradInput> inputs = {{"x", x}, {"w", w}};
  if (bias) inputs.push_back({"b", b});
  gradcheck("conv2d", inputs, [&] { return conv2d(x, w, b, g.options); });
}

}  // namespace

TEST_CASE("conv2d: gradients over kernel, stride, padding, dilation and groups", "[grad][conv2d]") {
  int cases = 0;
  for (const int64_t kernel : {1, 2, 3, 5, 7}) {
    const int64_t H = kernel <= 3 ? 6 : 7, W = kernel <= 3 ? 5 : 6, C = kernel <= 3 ? 4 : 2;
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t padding : std::set<int64_t>{0, 1, kernel / 2, kernel - 1}) {
        for (const int64_t dilation : {1, 2}) {
          if (dilation * (kernel - 1) + 1 > W + 2 * padding) continue;
          for (const int64_t groups : std::set<int64_t>{1, 2, C}) {
            const bool bias = ++cases % 2 == 0;
            check_gradient({H, W, C, kernel, kernel, C, {stride, padding, dilation, groups}}, bias);
          }
        }
      }
    }
  }
  CHECK(cases == 186);
}

TEST_CASE("conv2d: gradients of the stem, of projections and of uneven channels", "[grad][conv2d]") {
  check_gradient({7, 5, 3, 3, 3, 8, {.padding = 1}}, false);  // stem: three channels
  check_gradient({7, 5, 3, 1, 1, 5, {.stride = 2}}, false);   // projection shortcut
  check_gradient({4, 6, 3, 1, 1, 5, {.stride = 2}}, true);
  check_gradient({1, 1, 3, 3, 3, 4, {.padding = 1}}, true);  // an image of one pixel
  check_gradient({5, 4, 1, 3, 3, 1, {.padding = 1}}, false);
  check_gradient({4, 3, 17, 1, 1, 3, {}}, true);
  check_gradient({5, 4, 3, 3, 3, 6, {.padding = 1, .groups = 3}}, true);  // two outputs a channel
  check_gradient({4, 7, 3, 1, 3, 4, {.padding = 1}}, false);              // kernels that are not square
  check_gradient({7, 4, 3, 3, 1, 4, {.stride = 2, .padding = 1}}, true);
  check_gradient({5, 6, 2, 2, 3, 4, {.padding = 2, .groups = 2}}, false);  // padding wider than the kernel
}

TEST_CASE("conv2d: gradients with channels in whole SIMD vectors", "[grad][conv2d]") {
  check_gradient({4, 9, 3, 3, 3, kLanes, {.padding = 1}}, true);
  check_gradient({3, 5, kLanes, 3, 3, kLanes, {.padding = 1}}, false);
  check_gradient({5, 9, 2, 3, 3, 2 * kLanes, {.stride = 2, .padding = 1}}, true);
  check_gradient({6, 8, 1, 3, 3, kLanes, {.padding = 2, .dilation = 2}}, false);
  check_gradient({3, 9, kLanes + 1, 1, 1, kLanes, {}}, false);
}

TEST_CASE("conv2d: gradients when x or w is used twice", "[grad][conv2d]") {
  const Tensor x = random_tensor({1, 5, 4, 2}, 1), w = random_tensor({3, 3, 2, 2}, 2);
  gradcheck("conv2d of conv2d, one weight", {{"x", x}, {"w", w}},
            [&] { return conv2d(conv2d(x, w, {}, {.padding = 1}), w, {}, {.stride = 2, .padding = 1}); });
  gradcheck("conv2d plus x", {{"x", x}, {"w", w}}, [&] { return add(conv2d(x, w, {}, {.padding = 1}), x); });
}

#endif
