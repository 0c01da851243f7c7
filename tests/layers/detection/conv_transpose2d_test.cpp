#include "layers/detection/conv_transpose2d.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/layers/detection/detection_golden.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("conv_transpose2d: agrees with PyTorch, backward too", "[golden][detection]") {
  const SettingsRestored restored;
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "conv_transpose2d");
  CHECK(cases.size() == 6);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : cases) {
      CAPTURE(c.name(), to_string(mode));
      Tensor x = c.images("x").set_requires_grad(), w = c.kernel("w").set_requires_grad(), b;
      if (c.option<bool>("bias")) b = c.same("b").set_requires_grad();
      Tape tape;
      const Tensor y = conv_transpose2d(x, w, b,
                                        {.stride = c.option<int64_t>("stride"),
                                         .padding = c.option<int64_t>("padding"),
                                         .output_padding = c.option<int64_t>("output_padding")});
      check_golden("y", y, c.images("y"), kDetectionTolerance);
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"), kDetectionTolerance);
      check_golden("dw", w.grad(), c.kernel("dw"), kDetectionTolerance);
      if (b.defined()) check_golden("db", b.grad(), c.same("db"), kDetectionTolerance);
      ++counters.goldens;
    }
  }
}

TEST_CASE("conv_transpose2d: each rule has its message", "[layers][detection]") {
  const Tensor x = Tensor::zeros({2, 3, 4, 5}), w = Tensor::zeros({2, 2, 6, 5});
  const auto text = [&](const Tensor& x_in, const Tensor& w_in, const Tensor& b,
                        ConvTranspose2dOptions options) {
    return error_text<ShapeError>([&] { conv_transpose2d(x_in, w_in, b, options); });
  };
  CHECK_THAT(text(Tensor::zeros({2, 3}), w, {}, {}),
             contains("conv_transpose2d: x must have 4 axes, found 2"));
  CHECK_THAT(text(x, Tensor::zeros({2, 2, 5, 6}), {}, {}),
             contains("conv_transpose2d: channels of x do not match channels of w"));
  CHECK_THAT(text(x, w, {}, {.stride = 2, .output_padding = 2}),
             contains("output padding from 0 to stride - 1; found stride 2, padding 0, output padding 2"));
  CHECK_THAT(text(x, w, {}, {.stride = 0}), contains("found stride 0"));
  CHECK_THAT(text(x, w, {}, {.padding = -1}), contains("padding -1"));
  CHECK_THAT(text(x, w, {}, {.padding = 2}), contains("the output has no pixels"));
  CHECK_THAT(text(Tensor::zeros({0, 3, 4, 5}), w, {}, {}), contains("x holds no image"));
  CHECK_THAT(text(x, w, Tensor::zeros({5}), {}), contains("conv_transpose2d: b "));
}

TEST_CASE("conv_transpose2d: the module has PyTorch's names and axes", "[layers][detection]") {
  ConvTranspose2d module({.in = 5, .out = 3, .kernel = 2, .options = {.stride = 2}});
  const std::vector<Parameter*> parameters = module.parameters();
  REQUIRE(parameters.size() == 2);
  CHECK(in_file_order(*parameters[0], parameters[0]->value).shape() == Shape{5, 3, 2, 2});
  CHECK(parameters[1]->value.shape() == Shape{3});
  CHECK(module(Tensor::zeros({2, 7, 7, 5})).shape() == Shape{2, 14, 14, 3});
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("conv_transpose2d: gradients over kernel, stride and padding", "[grad][detection]") {
  const Tensor x = random_tensor({2, 3, 2, 3}, 1), b = random_tensor({4}, 3);
  for (const int64_t k : {1, 2, 3}) {
    const Tensor w = random_tensor({k, k, 4, 3}, 2);
    for (const int64_t stride : {1, 2, 3}) {
      for (int64_t padding = 0; 2 * padding < k; ++padding) {
        CAPTURE(k, stride, padding);
        const ConvTranspose2dOptions options = {
            .stride = stride, .padding = padding, .output_padding = stride - 1};
        gradcheck("conv_transpose2d", {{"x", x}, {"w", w}, {"b", b}},
                  [&] { return conv_transpose2d(x, w, b, options); });
      }
    }
  }
}
#endif
