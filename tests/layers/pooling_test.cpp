#include "layers/pooling.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

using Pool = Tensor (*)(const Tensor&, PoolOptions);

TEST_CASE("pooling: each rule has its message", "[layers][pooling]") {
  struct Case {
    std::string name;
    Pool pool;
  };
  Tensor x = Tensor::zeros({2, 5, 4, 3}).set_name("maps");
  const Scope scope("stem.pool");
  for (const Case& c : {Case{"max_pool2d", max_pool2d}, {"average_pool2d", average_pool2d}}) {
    const auto text = [&](const Tensor& x_in, PoolOptions options) {
      return error_text<ShapeError>([&] { c.pool(x_in, options); });
    };
    CHECK_THAT(text(Tensor::zeros({2, 3}), {.kernel = 2, .stride = 2}),
               contains(c.name + ": x must have 4 axes, found 2"));
    const std::string rule =
        ": kernel and stride must be at least 1 and padding between 0 and kernel/2; found ";
    CHECK_THAT(text(x, {.kernel = 0, .stride = 2}),
               contains(c.name + rule + "kernel 0, stride 2, padding 0"));
    CHECK_THAT(text(x, {.kernel = 2, .stride = 0}), contains("stride 0"));
    CHECK_THAT(text(x, {.kernel = 3, .stride = 2, .padding = 2}), contains("padding 2"));
    CHECK_THAT(text(x, {.kernel = 3, .stride = 2, .padding = -1}), contains("padding -1"));
    const std::string large = text(x, {.kernel = 5, .stride = 1});  // 5 fits H, not W
    CHECK_THAT(large, contains("the window is larger than the padded image; kernel 5, stride 1, padding 0"));
    CHECK_THAT(large, contains("(2,5,4,3)  N,H,W,C  \"maps\""));
    CHECK_THAT(large, contains("in stem.pool"));
  }
  CHECK_THAT(error_text<ShapeError>([&] {
               global_average_pool(Tensor::zeros({2, 3}));
             }),
             contains("global_average_pool: x must have 4 axes, found 2"));
  CHECK_THAT(error_text<ShapeError>([&] {
               global_average_pool(Tensor::zeros({2, 0, 3, 4}));
             }),
             contains("global_average_pool: x has no pixels"));
}

TEST_CASE("pooling: padding never wins a maximum, ties go to the first, NaN stays", "[layers][pooling]") {
  Tensor x = Tensor::full({1, 2, 2, 1}, -5).set_requires_grad();
  Tape tape;
  const Tensor y = max_pool2d(x, {.kernel = 3, .stride = 2, .padding = 1});
  CHECK(y.values() == std::vector<real>{-5});
  tape.backward(y, Tensor::full({1, 1, 1, 1}, 1));
  CHECK(x.grad().values() == std::vector<real>{1, 0, 0, 0});
  const Tensor with_nan = Tensor::from({1, 2, 2, 1}, {0, std::numeric_limits<real>::quiet_NaN(), 0, 0});
  CHECK(std::isnan(max_pool2d(with_nan, {.kernel = 2, .stride = 2}).item()));
}

TEST_CASE("pooling: agrees with PyTorch", "[golden][pooling]") {
  const SettingsRestored restored;
  const Golden golden("pooling");
  CHECK(golden.cases().size() == 8);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const auto kind = c.option<std::string>("kind");
      REQUIRE((kind == "max" || kind == "avg" || kind == "global_avg"));
      Tensor x = c.images("x").set_requires_grad(), y;
      Tape tape;
      if (kind == "global_avg") {
        y = global_average_pool(x);
      } else {
        const bool count = !c.has_option("count_include_pad") || c.option<bool>("count_include_pad");
        const PoolOptions options = {.kernel = c.option<int64_t>("kernel"),
                                     .stride = c.option<int64_t>("stride"),
                                     .padding = c.option<int64_t>("padding"),
                                     .count_padding = count};
        y = (kind == "max" ? max_pool2d : average_pool2d)(x, options);
      }
      const bool flat = kind == "global_avg";
      check_golden("y", y, flat ? c.same("y") : c.images("y"));
      tape.backward(y, flat ? c.same("dy") : c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("pooling: gradients over kernel, stride and padding", "[grad][pooling]") {
  const Tensor x = distinct_tensor({2, 7, 5, 3}, 1);
  for (const int64_t kernel : {1, 2, 3, 5}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (int64_t padding = 0; padding <= kernel / 2; ++padding) {
        CAPTURE(kernel, stride, padding);
        const PoolOptions options = {.kernel = kernel, .stride = stride, .padding = padding};
        gradcheck("max pool", {{"x", x}}, [&] { return max_pool2d(x, options); });
        for (const bool count : {true, false}) {
          PoolOptions average = options;
          average.count_padding = count;
          gradcheck("average pool", {{"x", x}}, [&] { return average_pool2d(x, average); });
        }
      }
    }
  }
}

TEST_CASE("pooling: gradients of the global average", "[grad][pooling]") {
  for (const Shape& shape : {Shape{2, 3, 5, 3}, {1, 1, 1, 4}, {3, 1, 7, 17}}) {
    CAPTURE(shape.str());
    const Tensor x = random_tensor(shape, 1);
    gradcheck("global average pool", {{"x", x}}, [&] { return global_average_pool(x); });
  }
}
#endif
