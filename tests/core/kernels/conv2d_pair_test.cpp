#include "core/kernels/conv2d.hpp"

#include <set>
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Conv2dShape;

namespace {

std::string text(const Conv2dShape& s) {
  const auto number = [](int64_t n) { return std::to_string(n); };
  return "x (" + number(s.N) + "," + number(s.H) + "," + number(s.W) + "," + number(s.I) + ") kernel " +
         number(s.KH) + "x" + number(s.KW) + " -> " + number(s.O) + ", stride " + number(s.stride) +
         ", padding " + number(s.padding) + ", dilation " + number(s.dilation) + ", groups " +
         number(s.groups);
}

void check_pair(const Conv2dShape& s) {
  INFO(text(s));
  REQUIRE(s.OH() > 0);
  REQUIRE(s.OW() > 0);
  const Shape y_shape = {s.N, s.OH(), s.OW(), s.O};
  const Tensor x = random_tensor({s.N, s.H, s.W, s.I}, 1);
  const Tensor w = random_tensor({s.KH, s.KW, s.group_inputs(), s.O}, 2);
  const Tensor b = random_tensor({s.O}, 3), dy = random_tensor(y_shape, 4);
  for (const real* bias : {static_cast<const real*>(nullptr), b.data()}) {
    INFO((bias ? "forward with bias" : "forward"));
    Tensor expected = nan_tensor(y_shape), found = nan_tensor(y_shape);
    kernels::conv2d_forward_ref(expected.data(), x.data(), w.data(), bias, s);
    kernels::conv2d_forward_fast(found.data(), x.data(), w.data(), bias, s);
    CHECK(difference(found, expected, 0, sum_tolerance(s.K() + 1)) == "");
  }
  check_gradient_pair(
      "dx", x.shape(), sum_tolerance(s.KH * s.KW * s.group_outputs()),
      [&](GradSlot dx) { kernels::conv2d_dx_ref(dx, dy.data(), w.data(), s); },
      [&](GradSlot dx) { kernels::conv2d_dx_fast(dx, dy.data(), w.data(), s); });
  check_gradient_pair(
      "dw", w.shape(), sum_tolerance(s.N * s.OH() * s.OW()),
      [&](GradSlot dw) { kernels::conv2d_dw_ref(dw, dy.data(), x.data(), s); },
      [&](GradSlot dw) { kernels::conv2d_dw_fast(dw, dy.data(), x.data(), s); });
  counters.kernel_pairs += 3;
}

}  // namespace

TEST_CASE("conv2d pair: every kernel size, stride, padding and dilation on odd images", "[pair][conv2d]") {
  int shapes = 0;
  for (const int64_t kernel : {1, 2, 3, 5, 7}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t padding : std::set<int64_t>{0, 1, kernel / 2, kernel - 1}) {
        for (const int64_t dilation : {1, 2}) {
          const Conv2dShape s = {.N = 2,
                                 .H = 9,
                                 .W = 7,
                                 .I = 3,
                                 .KH = kernel,
                                 .KW = kernel,
                                 .O = 5,
                                 .stride = stride,
                                 .padding = padding,
                                 .dilation = dilation};
          if (dilation * (kernel - 1) + 1 > s.W + 2 * padding) continue;
          check_pair(s);
          ++shapes;
        }
      }
    }
  }
  CHECK(shapes == 81);
}

TEST_CASE("conv2d pair: one image, 1 to 64 channels", "[pair][conv2d]") {
  for (const int64_t channels : {1, 3, 16, 17, 64}) {
    for (const int64_t out : {1, 17, 64}) {
      check_pair({.N = 1, .H = 7, .W = 5, .I = channels, .KH = 3, .KW = 3, .O = out, .padding = 1});
      check_pair({.N = 1, .H = 7, .W = 5, .I = channels, .KH = 1, .KW = 1, .O = out, .stride = 2});
      check_pair({.N = 1, .H = 1, .W = 1, .I = channels, .KH = 3, .KW = 3, .O = out, .padding = 1});
    }
  }
}

TEST_CASE("conv2d pair: groups, down to one channel each", "[pair][conv2d]") {
  for (const int64_t stride : {1, 2}) {
    for (const int64_t dilation : {1, 2}) {
      for (const int64_t kernel : {1, 3, 5}) {
        const int64_t padding = dilation * (kernel / 2);
        const Conv2dShape s = {.N = 2,
                               .H = 9,
                               .W = 7,
                               .I = 6,
                               .KH = kernel,
                               .KW = kernel,
                               .O = 12,
                               .stride = stride,
                               .padding = padding,
                               .dilation = dilation};
        for (const int64_t groups : {2, 3, 6}) {
          Conv2dShape grouped = s;
          grouped.groups = groups;
          check_pair(grouped);
        }
      }
    }
  }
  check_pair({.N = 3, .H = 8, .W = 8, .I = 17, .KH = 3, .KW = 3, .O = 17, .padding = 1, .groups = 17});
}

TEST_CASE("conv2d pair: kernels and images that are not square", "[pair][conv2d]") {
  for (const int64_t stride : {1, 2}) {
    for (const int64_t padding : {0, 1, 2}) {
      check_pair(
          {.N = 2, .H = 6, .W = 11, .I = 3, .KH = 1, .KW = 5, .O = 4, .stride = stride, .padding = padding});
      check_pair(
          {.N = 2, .H = 11, .W = 6, .I = 3, .KH = 5, .KW = 1, .O = 4, .stride = stride, .padding = padding});
      check_pair(
          {.N = 2, .H = 5, .W = 13, .I = 3, .KH = 2, .KW = 3, .O = 4, .stride = stride, .padding = padding});
    }
  }
  check_pair(
      {.N = 2, .H = 4, .W = 3, .I = 3, .KH = 1, .KW = 1, .O = 4, .padding = 2});  // only border at the edge
}

// The layers of the CIFAR ResNets, at shapes of many blocks of rows and many partial sums.
TEST_CASE("conv2d pair: many blocks", "[pair][conv2d]") {
  check_pair({.N = 2, .H = 32, .W = 32, .I = 3, .KH = 3, .KW = 3, .O = 16, .padding = 1});  // stem
  check_pair({.N = 3, .H = 32, .W = 32, .I = 16, .KH = 3, .KW = 3, .O = 16, .padding = 1});
  check_pair({.N = 3, .H = 33, .W = 31, .I = 16, .KH = 3, .KW = 3, .O = 32, .stride = 2, .padding = 1});
  check_pair({.N = 16, .H = 15, .W = 15, .I = 16, .KH = 1, .KW = 1, .O = 32, .stride = 2});  // shortcut B
  check_pair({.N = 20, .H = 9, .W = 7, .I = 17, .KH = 1, .KW = 1, .O = 130});                // 3 ranges of O
  check_pair({.N = 5, .H = 8, .W = 8, .I = 64, .KH = 3, .KW = 3, .O = 130, .padding = 1});
  check_pair({.N = 3, .H = 17, .W = 150, .I = 4, .KH = 3, .KW = 3, .O = 4, .padding = 1});  // one row a block
  check_pair({.N = 9, .H = 16, .W = 16, .I = 32, .KH = 3, .KW = 3, .O = 32, .padding = 1, .groups = 32});
}
