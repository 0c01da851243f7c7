#include "core/kernels/conv2d/conv2d_paths.hpp"

#include <cmath>
#include <set>

#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/simd.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Conv2dInput;
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

// One twin of the three kernels: what runs in a mode, or a path that serves a shape, whether or not it would be chosen.
struct ConvTwin {
  std::string name;
  Call<const Conv2dOutput&> forward;
  Call<GradSlot> dx, dw;  // dx empty: this path has none
  double loss = 1;        // of accuracy, against a plain sum in another order
  KernelMode mode = KernelMode::fast;
};

// The transforms of Winograd's convolution go through values up to 10*10 times as large as the input (the row sums of
// B^T, twice), which A^T ... A brings down again: their rounding errors stay.
constexpr double kWinogradLoss = 32;

// Winograd's is chosen where it fits, and on a GPU for other counts of channels too.
double loss_of(KernelMode mode, const Conv2dShape& s) {
  if (mode == KernelMode::fast && kernels::winograd_fits(s)) return kWinogradLoss;
  return mode == KernelMode::cuda && s.KH == 3 && s.KW == 3 ? kWinogradLoss : 1;
}

struct Conv2dProblem {
  Conv2dShape s;
  Tensor x, w, b, dy;
  Tensor scale, offset;  // undefined: x is read as it is

  explicit Conv2dProblem(const Conv2dShape& s_in)
      : s(s_in),
        x(random_tensor({s.N, s.H, s.W, s.I}, 1)),
        w(random_tensor({s.KH, s.KW, s.group_inputs(), s.O}, 2)),
        b(random_tensor({s.O}, 3)),
        dy(random_tensor({s.N, s.OH(), s.OW(), s.O}, 4)) {}

  Conv2dInput input(Here& here) const { return {here(x), here(scale), here(offset)}; }

  // The plain loops first.
  std::vector<ConvTwin> twins() const {
    std::vector<ConvTwin> all;
    for (const KernelMode mode : twin_modes()) {
      all.push_back(
          {to_string(mode),
           [this](Here& here, const Conv2dOutput& y) { kernels::conv2d_forward(y, input(here), here(w), s); },
           [this](Here& here, GradSlot dx) { kernels::conv2d_dx(dx, here(dy), here(w), s); },
           [this](Here& here, GradSlot dw) { kernels::conv2d_dw(dw, here(dy), input(here), s); },
           loss_of(mode, s), mode});
    }
    all.push_back(
        {"im2col",
         [this](Here&, const Conv2dOutput& y) { kernels::conv2d_forward_im2col(y, x.data(), w.data(), s); },
         [this](Here&, GradSlot dx) { kernels::conv2d_dx_im2col(dx, dy.data(), w.data(), s); },
         [this](Here&, GradSlot dw) { kernels::conv2d_dw_im2col(dw, dy.data(), x.data(), s); }});
    if (s.groups == 1 && s.O % kLanes == 0) {
      all.push_back(
          {"direct",
           [this](Here&, const Conv2dOutput& y) { kernels::conv2d_forward_direct(y, x.data(), w.data(), s); },
           {},
           [this](Here&, GradSlot dw) { kernels::conv2d_dw_direct(dw, dy.data(), x.data(), s); }});
    }
    if (kernels::winograd_fits(s)) {
      const auto add = [&](const char* name, auto* forward, auto* sum_dw) {
        all.push_back({name,
                       [=, this](Here& here, const Conv2dOutput& y) {
                         forward(y, input(here), w.data(), kernels::winograd_shape(s));
                       },
                       [=, this](Here&, GradSlot dx) {
                         forward(kernels::added_to(dx), dy.data(), kernels::flipped_weights(w.data(), s),
                                 kernels::winograd_dx_shape(s));
                       },
                       [=, this](Here& here, GradSlot dw) {
                         sum_dw(dw, dy.data(), input(here), kernels::winograd_shape(s));
                       },
                       kWinogradLoss});
      };
      add("winograd", kernels::conv2d_forward_winograd, kernels::conv2d_dw_winograd);
      add("winograd, wide", kernels::conv2d_forward_winograd_wide, kernels::conv2d_dw_winograd_wide);
    }
    return all;
  }
};

std::vector<Twin<real*>> outputs(const std::vector<ConvTwin>& twins) {
  std::vector<Twin<real*>> all;
  for (const ConvTwin& twin : twins) {
    const auto call = [forward = twin.forward](Here& here, real* y) { forward(here, {.y = y}); };
    all.push_back({twin.name, twin.mode, call, twin.loss});
  }
  return all;
}

// One of the gradients, by the twins that have it.
std::vector<Twin<GradSlot>> gradients(const std::vector<ConvTwin>& twins, Call<GradSlot> ConvTwin::*call) {
  std::vector<Twin<GradSlot>> all;
  for (const ConvTwin& twin : twins) {
    if (twin.*call) all.push_back({twin.name, twin.mode, twin.*call, twin.loss});
  }
  return all;
}

// y with one choice of what is added to the convolution; `in_place`: to what lies in y.
Tensor output_of(const ConvTwin& twin, const Tensor& bias, const Tensor& plus, bool in_place, bool relu,
                 const Shape& y_shape) {
  const auto call = [&](Here& here, real* y) {
    const real* added = in_place ? y : here(plus);
    twin.forward(here, {.y = y, .bias = here(bias), .plus = added, .relu = relu});
  };
  return written<real*>({twin.name, twin.mode, call}, in_place ? plus : nan_tensor(y_shape));
}

void check_forward(const Conv2dProblem& p, const std::vector<ConvTwin>& twins) {
  const double tolerance = sum_tolerance(p.s.K() + 2);
  const Tensor values = random_tensor(p.dy.shape(), 5);
  for (const Tensor& bias : {Tensor(), p.b}) {
    for (const Tensor& plus : {Tensor(), values}) {
      for (const bool relu : {false, true}) {
        CAPTURE(bias.defined(), plus.defined(), relu);
        const Tensor expected = output_of(twins[0], bias, plus, false, relu, values.shape());
        for (const ConvTwin& twin : twins) {
          CAPTURE(twin.name);
          for (const bool in_place : {false, true}) {
            if (in_place && !plus.defined()) continue;
            const Tensor found = output_of(twin, bias, plus, in_place, relu, values.shape());
            CHECK(difference(found, expected, 0, twin.loss * tolerance) == "");
          }
        }
      }
    }
  }
  counters.kernel_pairs += static_cast<int>(twins.size()) - 1;
}

// The moments a convolution takes of what it writes are those of what it has written.
void check_moments(const Conv2dProblem& p, const ConvTwin& twin) {
  const SettingsRestored restored;
  set_kernel_mode(twin.mode);
  const Conv2dShape& s = p.s;
  const int64_t HW = s.OH() * s.OW();
  Here here, host;
  Tensor y = nan_tensor(p.dy.shape()), mean = nan_tensor({s.N, s.O}), squares = nan_tensor({s.N, s.O});
  twin.forward(
      here, {.y = y.data(), .bias = here(p.b), .image_mean = mean.data(), .image_squares = squares.data()});
  set_kernel_mode(KernelMode::ref);
  Tensor mean_ref = nan_tensor({s.N, s.O}), squares_ref = nan_tensor({s.N, s.O});
  kernels::image_moments(mean_ref.data(), squares_ref.data(), host(y), s.N, HW, s.O);
  CHECK(difference(mean, mean_ref, 8 * kEps * std::sqrt(static_cast<double>(HW)), 4 * kEps) == "");
  CHECK(difference(squares, squares_ref, 8 * kEps * std::sqrt(static_cast<double>(HW)), 4 * kEps) == "");
  ++counters.kernel_pairs;
}

void check_pair(const Conv2dShape& s) {
  INFO(text(s));
  REQUIRE(s.OH() > 0);
  REQUIRE(s.OW() > 0);
  const Conv2dProblem p(s);
  const std::vector<ConvTwin> twins = p.twins();
  check_forward(p, twins);
  for (const ConvTwin& twin : twins) {
    CAPTURE(twin.name);
    if (twin.mode != KernelMode::ref && twin.name != "im2col") check_moments(p, twin);
  }
  check_twins("dx", p.x.shape(), sum_tolerance(s.KH * s.KW * s.group_outputs()),
              gradients(twins, &ConvTwin::dx));
  check_twins("dw", p.w.shape(), sum_tolerance(s.N * s.OH() * s.OW()), gradients(twins, &ConvTwin::dw));
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
  std::vector<ConvTwin> twins = p.twins();
  std::erase_if(twins, [](const ConvTwin& twin) { return !twin.name.starts_with("winograd"); });
  check_twins("y", p.dy.shape(), sum_tolerance(p.s.K()), outputs(twins));
  check_twins("dw", p.w.shape(), sum_tolerance(p.s.N * 16), gradients(twins, &ConvTwin::dw));
}

// relu(scale * x + offset) worked out while it is read, against the same written down first.
TEST_CASE("conv2d: an input that is scaled while it is read", "[kernels][conv2d][winograd]") {
  const int64_t I = 2 * kLanes, O = kLanes;
  struct Window {
    int64_t stride, padding;
  };
  for (const auto& [stride, padding] : {Window{1, 0}, Window{1, 1}, Window{1, 2}, Window{2, 1}}) {
    CAPTURE(stride, padding);
    Conv2dProblem p(
        {.N = 2, .H = 9, .W = 7, .I = I, .KH = 3, .KW = 3, .O = O, .stride = stride, .padding = padding});
    Conv2dProblem written_down = p;
    p.scale = random_tensor({I}, 11);
    p.offset = random_tensor({I}, 12);
    written_down.x = copy_of(p.x);
    for (int64_t k = 0; k < p.x.numel(); ++k) {
      const real z = p.scale.data()[k % I] * p.x.data()[k] + p.offset.data()[k % I];
      written_down.x.data()[k] = z < 0 ? 0 : z;
    }
    std::vector<ConvTwin> twins = p.twins();
    std::erase_if(twins, [](const ConvTwin& twin) { return twin.name == "im2col" || twin.name == "direct"; });
    twins.insert(twins.begin(), written_down.twins().front());
    check_twins("y", p.dy.shape(), sum_tolerance(p.s.K()), outputs(twins));
    check_twins("dw", p.w.shape(), sum_tolerance(p.s.N * p.s.OH() * p.s.OW()),
                gradients(twins, &ConvTwin::dw));
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

// More pixels than a GPU lays out at a time, in each of the three kernels.
TEST_CASE("conv2d pair: im2col on a GPU in two pieces", "[pair][conv2d][slow]") {
  const Conv2dProblem p({.N = 3, .H = 48, .W = 48, .I = 100, .KH = 5, .KW = 5, .O = 1, .padding = 2});
  std::vector<ConvTwin> twins = p.twins();
  std::erase_if(twins, [](const ConvTwin& twin) { return twin.mode == KernelMode::fast; });
  check_twins("y", p.dy.shape(), sum_tolerance(p.s.K()), outputs(twins));
  check_twins("dx", p.x.shape(), sum_tolerance(25), gradients(twins, &ConvTwin::dx));
  check_twins("dw", p.w.shape(), sum_tolerance(3 * 48 * 48), gradients(twins, &ConvTwin::dw));
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
