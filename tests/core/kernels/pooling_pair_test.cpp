#include "core/kernels/pooling/pooling.hpp"

#include <cmath>

#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::PoolShape;

// Windows that overlap, touch, leave pixels out, hang over each edge, and are the whole image.
TEST_CASE("pooling pair: every window, stride and padding", "[pair][pooling]") {
  for (const int64_t kernel : {1, 2, 3, 5}) {
    for (const int64_t stride : {1, 2, 3, 4}) {
      for (int64_t padding = 0; padding <= kernel / 2; ++padding) {
        for (const bool count_padding : {false, true}) {
          CAPTURE(kernel, stride, padding, count_padding);
          const PoolShape s = {.N = 2,
                               .H = 9,
                               .W = 5,
                               .C = 3,
                               .kernel = kernel,
                               .stride = stride,
                               .padding = padding,
                               .count_padding = count_padding};
          const Shape x_shape = {s.N, s.H, s.W, s.C}, y_shape = {s.N, s.OH(), s.OW(), s.C};
          const Tensor x = random_tensor(x_shape, 1), dy = random_tensor(y_shape, 2);
          const double tolerance = sum_tolerance(kernel * kernel);
          check_device_twin("average", y_shape, tolerance,
                            [&](Here& here, real* y) { kernels::average_pool_forward(y, here(x), s); });
          check_device_twin("average, dx", x_shape, tolerance,
                            [&](Here& here, GradSlot dx) { kernels::average_pool_dx(dx, here(dy), s); });
        }
      }
    }
  }
}

// Values of a few steps, so that windows hold ties.
TEST_CASE("pooling pair: the first of the largest", "[pair][pooling]") {
  for (const int64_t kernel : {1, 2, 3, 5}) {
    for (const int64_t stride : {1, 2, 3, 4}) {
      for (int64_t padding = 0; padding <= kernel / 2; ++padding) {
        CAPTURE(kernel, stride, padding);
        const PoolShape s = {
            .N = 2, .H = 9, .W = 5, .C = 3, .kernel = kernel, .stride = stride, .padding = padding};
        const Shape x_shape = {s.N, s.H, s.W, s.C}, y_shape = {s.N, s.OH(), s.OW(), s.C};
        std::vector<real> steps = random_tensor(x_shape, 1, 0, 4).values();
        for (real& value : steps) value = std::floor(value);
        const Tensor x = Tensor::from(x_shape, steps), dy = random_tensor(y_shape, 2);
        const Twin<real*> plain = {"ref", KernelMode::ref,
                                   [&](Here& here, real* y) { kernels::max_pool_forward(y, here(x), s); }};
        const Tensor y = written(plain, nan_tensor(y_shape));
        check_device_twin("largest", y_shape, 0, plain.call);
        check_device_twin(
            "largest, dx", x_shape, sum_tolerance(kernel * kernel),
            [&](Here& here, GradSlot dx) { kernels::max_pool_dx(dx, here(dy), here(x), here(y), s); });
      }
    }
  }
}

TEST_CASE("pooling pair: all pixels of an image", "[pair][pooling]") {
  struct Maps {
    int64_t N, HW, C;
  };
  for (const auto& [N, HW, C] : {Maps{1, 1, 1}, {3, 35, 17}, {2, 4097, 64}, {1, 70001, 1}}) {
    CAPTURE(N, HW, C);
    const int64_t images = N, pixels = HW, channels = C;
    const Tensor x = random_tensor({N, HW, C}, 1), dy = random_tensor({N, C}, 2);
    check_device_twin("mean", {N, C}, sum_tolerance(HW) / static_cast<double>(HW), [&](Here& here, real* y) {
      kernels::global_average_pool_forward(y, here(x), images, pixels, channels);
    });
    check_device_twin("mean, dx", x.shape(), kEps, [&](Here& here, GradSlot dx) {
      kernels::global_average_pool_dx(dx, here(dy), images, pixels, channels);
    });
  }
}
