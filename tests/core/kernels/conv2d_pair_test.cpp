#include "core/kernels/conv2d/conv2d_paths.hpp"

#include <cmath>
#include <functional>
#include <set>

#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/simd.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Conv2dOutput;
using kernels::Conv2dShape;

namespace {

std::string text(const Conv2dShape& s) {
  const auto number = [](int64_t n) { return std::to_string(n); };
  return "x (" + number(s.N) + "," + number(s.H) + "," + number(s.W) + "," + number(s.I) + ") kernel " +
         number(s.KH) + "x" + number(s.KW) + " -> " + number(s.O) + ", stride " + number(s.stride) +
         ", padding " + number(s.padding) + ", dilation " + number(s.dilation) + ", groups " +
         number(s.groups);
}

// The twins of the plain kernels that can serve a shape: the one the program would choose, and every path,
// whether or not it would be chosen.
struct Twin {
  std::string name;
  std::function<void(const Conv2dOutput&)> forward;
  std::function<void(GradSlot)> dx, dw;  // empty: this path has none
  double loss = 1;                       // of accuracy, against a plain sum in another order
};

// The transforms of Winograd's convolution go through values up to 10*10 times as large as the input (the row sums of
// B^T, twice), which A^T ... A brings down again: their rounding errors stay.
constexpr double kWinogradLoss = 32;

struct Conv2dProblem {
  Conv2dShape s;
  Tensor x, w, b, dy;

  explicit Conv2dProblem(const Conv2dShape& s_in)
      : s(s_in),
        x(random_tensor({s.N, s.H, s.W, s.I}, 1)),
        w(random_tensor({s.KH, s.KW, s.group_inputs(), s.O}, 2)),
        b(random_tensor({s.O}, 3)),
        dy(random_tensor({s.N, s.OH(), s.OW(), s.O}, 4)) {}

  std::vector<Twin> twins() const {
    std::vector<Twin> all = {
        {"fast", [this](const Conv2dOutput& y) { kernels::conv2d_forward_fast(y, x.data(), w.data(), s); },
         [this](GradSlot dx) { kernels::conv2d_dx_fast(dx, dy.data(), w.data(), s); },
         [this](GradSlot dw) { kernels::conv2d_dw_fast(dw, dy.data(), x.data(), s); },
         kernels::winograd_fits(s) ? kWinogradLoss : 1},
        {"im2col",
         [this](const Conv2dOutput& y) { kernels::conv2d_forward_im2col(y, x.data(), w.data(), s); },
         [this](GradSlot dx) { kernels::conv2d_dx_im2col(dx, dy.data(), w.data(), s); },
         [this](GradSlot dw) { kernels::conv2d_dw_im2col(dw, dy.data(), x.data(), s); }}};
    if (s.groups == 1 && s.O % kLanes == 0) {
      all.push_back(
          {"direct",
           [this](const Conv2dOutput& y) { kernels::conv2d_forward_direct(y, x.data(), w.data(), s); },
           {},
           [this](GradSlot dw) { kernels::conv2d_dw_direct(dw, dy.data(), x.data(), s); }});
    }
    if (kernels::winograd_fits(s)) {
      const auto add = [&](const char* name, auto* forward, auto* sum_dw) {
        all.push_back(
            {name,
             [=, this](const Conv2dOutput& y) { forward(y, x.data(), w.data(), kernels::winograd_shape(s)); },
             [=, this](GradSlot dx) {
               forward(kernels::added_to(dx), dy.data(), kernels::flipped_weights(w.data(), s),
                       kernels::winograd_dx_shape(s));
             },
             [=, this](GradSlot dw) { sum_dw(dw, dy.data(), x.data(), kernels::winograd_shape(s)); },
             kWinogradLoss});
      };
      add("winograd", kernels::conv2d_forward_winograd, kernels::conv2d_dw_winograd);
      add("winograd, wide", kernels::conv2d_forward_winograd_wide, kernels::conv2d_dw_winograd_wide);
    }
    return all;
  }
};

void check_forward(const Conv2dProblem& p, const Twin& twin) {
  const Conv2dShape& s = p.s;
  const double tolerance = twin.loss * sum_tolerance(s.K() + 2);
  const Shape y_shape = p.dy.shape();
  const Tensor plus = random_tensor(y_shape, 5);
  for (const bool bias : {false, true}) {
    for (const bool add : {false, true}) {
      for (const bool relu : {false, true}) {
        CAPTURE(bias, add, relu);
        Tensor expected = nan_tensor(y_shape), found = nan_tensor(y_shape), in_place = copy_of(plus);
        Conv2dOutput y = {
            .bias = bias ? p.b.data() : nullptr, .plus = add ? plus.data() : nullptr, .relu = relu};
        y.y = expected.data();
        kernels::conv2d_forward_ref(y, p.x.data(), p.w.data(), s);
        y.y = found.data();
        twin.forward(y);
        CHECK(difference(found, expected, 0, tolerance) == "");
        if (!add) continue;
        y.y = in_place.data();
        y.plus = in_place.data();
        twin.forward(y);
        CHECK(difference(in_place, expected, 0, tolerance) == "");
      }
    }
  }
  ++counters.kernel_pairs;
}

// The moments a convolution takes of what it writes are those of what it has written.
void check_moments(const Conv2dProblem& p, const Twin& twin) {
  const Conv2dShape& s = p.s;
  const int64_t HW = s.OH() * s.OW();
  Tensor y = nan_tensor(p.dy.shape()), mean = nan_tensor({s.N, s.O}), squares = nan_tensor({s.N, s.O});
  Tensor mean_ref = nan_tensor({s.N, s.O}), squares_ref = nan_tensor({s.N, s.O});
  twin.forward(
      {.y = y.data(), .bias = p.b.data(), .image_mean = mean.data(), .image_squares = squares.data()});
  kernels::image_moments_ref(mean_ref.data(), squares_ref.data(), y.data(), s.N, HW, s.O);
  CHECK(difference(mean, mean_ref, 8 * kEps * std::sqrt(static_cast<double>(HW)), 4 * kEps) == "");
  CHECK(difference(squares, squares_ref, 8 * kEps * std::sqrt(static_cast<double>(HW)), 4 * kEps) == "");
  ++counters.kernel_pairs;
}

void check_pair(const Conv2dShape& s) {
  INFO(text(s));
  REQUIRE(s.OH() > 0);
  REQUIRE(s.OW() > 0);
  const Conv2dProblem p(s);
  for (const Twin& twin : p.twins()) {
    CAPTURE(twin.name);
    check_forward(p, twin);
    if (twin.name == "fast" || twin.name.starts_with("winograd")) check_moments(p, twin);
    if (twin.dx) {
      check_gradient_pair(
          "dx", p.x.shape(), twin.loss * sum_tolerance(s.KH * s.KW * s.group_outputs()),
          [&](GradSlot dx) { kernels::conv2d_dx_ref(dx, p.dy.data(), p.w.data(), s); }, twin.dx);
      ++counters.kernel_pairs;
    }
    check_gradient_pair(
        "dw", p.w.shape(), twin.loss * sum_tolerance(s.N * s.OH() * s.OW()),
        [&](GradSlot dw) { kernels::conv2d_dw_ref(dw, p.dy.data(), p.x.data(), s); }, twin.dw);
    ++counters.kernel_pairs;
  }
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

// Channels in whole vectors, so that the direct path can serve both the convolution and, turned, its dx; widths
// that leave blocks of every size over.
TEST_CASE("conv2d pair: channels in whole SIMD vectors", "[pair][conv2d]") {
  for (const int64_t kernel : {1, 2, 3, 5}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t dilation : {1, 2}) {
        check_pair({.N = 2,
                    .H = 11,
                    .W = 23,
                    .I = kLanes,
                    .KH = kernel,
                    .KW = kernel,
                    .O = 3 * kLanes,
                    .stride = stride,
                    .padding = kernel / 2,
                    .dilation = dilation});
        check_pair({.N = 1,
                    .H = 9,
                    .W = 10,
                    .I = 3,
                    .KH = kernel,
                    .KW = kernel,
                    .O = kLanes,
                    .stride = stride,
                    .padding = kernel - 1,
                    .dilation = dilation});
      }
    }
  }
  check_pair({.N = 2, .H = 5, .W = 21, .I = 2 * kLanes + 3, .KH = 3, .KW = 1, .O = 2 * kLanes, .padding = 1});
  check_pair({.N = 2, .H = 5, .W = 37, .I = 2 * kLanes, .KH = 1, .KW = 3, .O = kLanes, .padding = 1});
  check_pair(
      {.N = 33, .H = 2, .W = 1, .I = 1, .KH = 3, .KW = 3, .O = kLanes, .padding = 1});  // 16 ranges of dw
  check_pair({.N = 1, .H = 1, .W = 1, .I = 5, .KH = 1, .KW = 1, .O = 5 * kLanes});
}

// Every remainder of the 4x4 tiles, tiles without a pixel of the image's inside, blocks that are not full.
TEST_CASE("conv2d pair: Winograd tiles of every size", "[pair][conv2d]") {
  for (const int64_t padding : {0, 1, 2}) {
    for (const int64_t H : {3, 4, 5, 6, 7, 8, 13}) {
      check_pair(
          {.N = 2, .H = H, .W = 19 - H, .I = kLanes, .KH = 3, .KW = 3, .O = kLanes, .padding = padding});
    }
    check_pair({.N = 3, .H = 8, .W = 9, .I = kLanes, .KH = 3, .KW = 3, .O = 7 * kLanes, .padding = padding});
  }
  check_pair({.N = 1, .H = 1, .W = 1, .I = kLanes, .KH = 3, .KW = 3, .O = 2 * kLanes, .padding = 1});
  check_pair({.N = 2, .H = 32, .W = 32, .I = 16, .KH = 3, .KW = 3, .O = 16, .padding = 1});
  check_pair({.N = 13, .H = 4, .W = 4, .I = 64, .KH = 3, .KW = 3, .O = 64, .padding = 1});
}

// The same with stride 2, whose dx has tiles of 8x8 of its own.
TEST_CASE("conv2d pair: strided Winograd tiles of every size", "[pair][conv2d]") {
  for (const int64_t H : {1, 2, 3, 6, 7, 8, 9, 10, 15, 16, 17, 18}) {
    check_pair(
        {.N = 2, .H = H, .W = 21 - H, .I = kLanes, .KH = 3, .KW = 3, .O = kLanes, .stride = 2, .padding = 1});
  }
  check_pair({.N = 2, .H = 32, .W = 32, .I = 16, .KH = 3, .KW = 3, .O = 32, .stride = 2, .padding = 1});
  check_pair({.N = 13, .H = 8, .W = 8, .I = 64, .KH = 3, .KW = 3, .O = 128, .stride = 2, .padding = 1});
}

// Too large for the plain twin: the two Winograd paths against each other.
TEST_CASE("conv2d pair: Winograd's wide path in two passes", "[pair][conv2d]") {
  const bool strided = GENERATE(false, true);
  CAPTURE(strided);
  const Conv2dProblem p({.N = strided ? 410 : 920,
                         .H = strided ? 8 : 4,
                         .W = 4,
                         .I = 256,
                         .KH = 3,
                         .KW = 3,
                         .O = 256,
                         .stride = strided ? 2 : 1,
                         .padding = 1});
  const kernels::WinogradShape shape = kernels::winograd_shape(p.s);
  REQUIRE(!kernels::winograd_in_one_pass(shape));
  Tensor narrow = nan_tensor(p.dy.shape()), wide = nan_tensor(p.dy.shape());
  kernels::conv2d_forward_winograd({.y = narrow.data()}, p.x.data(), p.w.data(), shape);
  kernels::conv2d_forward_winograd_wide({.y = wide.data()}, p.x.data(), p.w.data(), shape);
  CHECK(difference(wide, narrow, 0, kWinogradLoss * sum_tolerance(p.s.K())) == "");
  check_gradient_pair(
      "dw", p.w.shape(), kWinogradLoss * sum_tolerance(p.s.N * 16),
      [&](GradSlot dw) { kernels::conv2d_dw_winograd(dw, p.dy.data(), p.x.data(), shape); },
      [&](GradSlot dw) { kernels::conv2d_dw_winograd_wide(dw, p.dy.data(), p.x.data(), shape); });
}

// relu(scale * x + offset) worked out while it is read, against the same written down first.
TEST_CASE("conv2d: an input that is scaled while it is read", "[kernels][conv2d][winograd]") {
  const int64_t I = 2 * kLanes, O = kLanes;
  struct Window {
    int64_t stride, padding;
  };
  for (const auto& [stride, padding] : {Window{1, 0}, Window{1, 1}, Window{1, 2}, Window{2, 1}}) {
    const Conv2dProblem p(
        {.N = 2, .H = 9, .W = 7, .I = I, .KH = 3, .KW = 3, .O = O, .stride = stride, .padding = padding});
    CAPTURE(stride, padding);
    const Tensor scale = random_tensor({I}, 11), offset = random_tensor({I}, 12);
    const kernels::Conv2dInput scaled = {p.x.data(), scale.data(), offset.data()};
    Tensor written = nan_tensor(p.x.shape());
    for (int64_t k = 0; k < p.x.numel(); ++k) {
      const real z = scale.data()[k % I] * p.x.data()[k] + offset.data()[k % I];
      written.data()[k] = z < 0 ? 0 : z;
    }
    const auto check = [&](auto&& forward, auto&& dw, double loss) {
      Tensor expected = nan_tensor(p.dy.shape()), found = nan_tensor(p.dy.shape());
      kernels::conv2d_forward_ref({.y = expected.data()}, written.data(), p.w.data(), p.s);
      forward(Conv2dOutput{.y = found.data()}, scaled, p.w.data(), p.s);
      CHECK(difference(found, expected, 0, loss * sum_tolerance(p.s.K())) == "");
      check_gradient_pair(
          "dw", p.w.shape(), loss * sum_tolerance(p.s.N * p.s.OH() * p.s.OW()),
          [&](GradSlot slot) { kernels::conv2d_dw_ref(slot, p.dy.data(), written.data(), p.s); },
          [&](GradSlot slot) { dw(slot, p.dy.data(), scaled, p.s); });
      counters.kernel_pairs += 2;
    };
    const auto takes_winograd_shape = [](auto kernel) {
      return [kernel](auto first, auto second, auto third, const Conv2dShape& s) {
        kernel(first, second, third, kernels::winograd_shape(s));
      };
    };
    check(kernels::conv2d_forward_ref, kernels::conv2d_dw_ref, 1);
    check(kernels::conv2d_forward_fast, kernels::conv2d_dw_fast, kWinogradLoss);
    check(takes_winograd_shape(kernels::conv2d_forward_winograd),
          takes_winograd_shape(kernels::conv2d_dw_winograd), kWinogradLoss);
    check(takes_winograd_shape(kernels::conv2d_forward_winograd_wide),
          takes_winograd_shape(kernels::conv2d_dw_winograd_wide), kWinogradLoss);
  }
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
  for (const int64_t C : {17, 40}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t dilation : {1, 2}) {
        for (const int64_t padding : {0, 1, 2, 4}) {
          check_pair({.N = 3,
                      .H = 8,
                      .W = 6,
                      .I = C,
                      .KH = 3,
                      .KW = 3,
                      .O = C,
                      .stride = stride,
                      .padding = padding,
                      .dilation = dilation,
                      .groups = C});
        }
      }
    }
  }
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
