#include <cmath>

#include "core/kernels/detection/roi_align.hpp"
#include "core/kernels/loss/element_losses.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// Bins that lie anywhere in their map, with zeros among their weights.
struct RandomBins {
  kernels::RoiAlignShape s;
  std::vector<real> a, b;
  std::vector<int32_t> row, column, out, image, first;

  explicit RandomBins(const kernels::RoiAlignShape& shape) : s(shape) {
    a = weights(s.M * s.PH * s.KH, 1);
    b = weights(s.M * s.PW * s.KW, 2);
    row = places(s.M * s.PH, s.H - s.KH, 3);
    column = places(s.M * s.PW, s.W - s.KW, 4);
    first.assign(static_cast<size_t>(s.N) + 1, 0);
    for (int64_t m = 0; m < s.M; ++m) {
      out.push_back(static_cast<int32_t>(s.M - 1 - m));
      image.push_back(static_cast<int32_t>(m * s.N / s.M));
      ++first[static_cast<size_t>(image.back()) + 1];
    }
    for (size_t n = 0; n < static_cast<size_t>(s.N); ++n) first[n + 1] += first[n];
  }
  kernels::RoiBins arrays() const {
    return {a.data(), b.data(), row.data(), column.data(), out.data(), image.data(), first.data()};
  }

 private:
  static std::vector<real> weights(int64_t n, uint64_t seed) {
    std::vector<real> values = random_tensor({n}, seed).values();
    for (real& value : values) value = std::abs(value) < 0.3 ? 0 : value;
    return values;
  }
  static std::vector<int32_t> places(int64_t n, int64_t last, uint64_t seed) {
    std::vector<int32_t> places;
    for (const real value : random_tensor({n}, seed, 0, static_cast<double>(last + 1)).values())
      places.push_back(std::min(static_cast<int32_t>(value), static_cast<int32_t>(last)));
    return places;
  }
};

}  // namespace

TEST_CASE("roi_align pair: maps, regions and bins of all sizes", "[pair][detection]") {
  for (const kernels::RoiAlignShape& shape :
       {kernels::RoiAlignShape{.N = 1, .H = 1, .W = 1, .C = 1, .M = 1, .PH = 1, .PW = 1, .KH = 1, .KW = 1},
        {.N = 3, .H = 9, .W = 7, .C = 17, .M = 10, .PH = 7, .PW = 7, .KH = 3, .KW = 2},
        {.N = 2, .H = 8, .W = 8, .C = 3, .M = 5, .PH = 2, .PW = 3, .KH = 8, .KW = 5},
        {.N = 4, .H = 5, .W = 6, .C = 64, .M = 2, .PH = 3, .PW = 1, .KH = 2, .KW = 4},
        {.N = 2, .H = 5, .W = 6, .C = 4, .M = 0, .PH = 3, .PW = 1, .KH = 1, .KW = 1}}) {
    CAPTURE(shape.N, shape.H, shape.W, shape.C, shape.M);
    const RandomBins bins(shape);
    const kernels::RoiAlignShape& s = bins.s;
    const Shape x_shape = {s.N, s.H, s.W, s.C}, y_shape = {s.M, s.PH, s.PW, s.C};
    const Tensor x = random_tensor(x_shape, 5), dy = random_tensor(y_shape, 6);
    check_twins("forward", y_shape, sum_tolerance(s.KH * s.KW),
                [&](Here& here, real* y) { kernels::roi_align_forward(y, here(x), bins.arrays(), s); });
    check_twins("dx", x_shape, sum_tolerance(s.M * s.PH * s.PW),
                [&](Here& here, GradSlot dx) { kernels::roi_align_dx(dx, here(dy), bins.arrays(), s); });
  }
}

template <class Term>
static void check_element_loss_pair(const char* name, const Term& f, double largest) {
  for (const auto& [N, M] : {std::pair<int64_t, int64_t>{1, 1}, {5, 7}, {33, 1021}}) {
    CAPTURE(name, N, M);
    const int64_t images = N, values = M;
    const Tensor x = random_tensor({N, M}, 1, -4, 4), t = random_tensor({N, M}, 2, 0, 1);
    const Tensor w = random_tensor({N, M}, 3, 0, 2), dloss = random_tensor({}, 4);
    for (const Tensor& weights : {w, Tensor()}) {
      check_device_twin("loss", {}, {0, 16 * kEps}, [&](Here& here, real* loss) {
        kernels::element_loss_forward(loss, f, here(x), here(t), here(weights), real{3}, images, values);
      });
      check_device_twin("dx", x.shape(), 16 * kEps * largest, [&](Here& here, GradSlot dx) {
        kernels::element_loss_dx(dx, here(dloss), f, here(x), here(t), here(weights), real{3},
                                 images * values);
      });
    }
  }
}

TEST_CASE("element losses pair: each loss, with weights and without", "[pair][detection]") {
  check_element_loss_pair("sigmoid", kernels::SigmoidCrossEntropyTerm{}, 1);
  check_element_loss_pair("focal", kernels::FocalTerm{real{0.25}, real{2}}, 4);
  check_element_loss_pair("focal, gamma 1.5", kernels::FocalTerm{-1, real{1.5}}, 4);
  check_element_loss_pair("smooth L1", kernels::SmoothL1Term{real{0.5}}, 1);
}

TEST_CASE("mask cross-entropy pair: the label's channel", "[pair][detection]") {
  for (const int64_t R : {1, 5, 40}) {
    constexpr int64_t P = 49, K = 5;
    CAPTURE(R);
    std::vector<int32_t> labels;
    for (int64_t r = 0; r < R; ++r) labels.push_back(static_cast<int32_t>(3 * r % K));
    const Tensor x = random_tensor({R, P, K}, 1, -4, 4), t = random_tensor({R, P}, 2, 0, 1),
                 dloss = random_tensor({}, 3);
    check_device_twin("loss", {}, {0, 16 * kEps}, [&](Here& here, real* loss) {
      kernels::mask_cross_entropy_forward(loss, here(x), here(t), labels.data(), real{7}, R, P, K);
    });
    check_device_twin("dx", x.shape(), 8 * kEps, [&](Here& here, GradSlot dx) {
      kernels::mask_cross_entropy_dx(dx, here(dloss), here(x), here(t), labels.data(), real{7}, R, P, K);
    });
  }
}

// As in threads_test.cpp.
TEST_CASE("threads: RoIAlign and the losses of elements give equal bits", "[threads][detection]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  const RandomBins bins({.N = 7, .H = 12, .W = 10, .C = 33, .M = 40, .PH = 7, .PW = 7, .KH = 4, .KW = 3});
  const kernels::RoiAlignShape& s = bins.s;
  const Tensor x = random_tensor({s.N, s.H, s.W, s.C}, 1), dy = random_tensor({s.M, s.PH, s.PW, s.C}, 2);
  const Tensor t = random_tensor(x.shape(), 3, 0, 1);
  std::vector<Tensor> expected;
  for (const int n : {1, 2, 3, 5}) {
    CAPTURE(n);
    set_threads(n);
    std::vector<Tensor> found{nan_tensor(dy.shape()), nan_tensor(x.shape()), nan_tensor({})};
    kernels::roi_align_forward(found[0].data(), x.data(), bins.arrays(), s);
    kernels::roi_align_dx({found[1].data(), false}, dy.data(), bins.arrays(), s);
    kernels::element_loss_forward(found[2].data(), kernels::FocalTerm{real{0.25}, real{2}}, x.data(),
                                  t.data(), nullptr, real{1}, s.N, x.numel() / s.N);
    if (expected.empty()) expected = found;
    for (size_t i = 0; i < found.size(); ++i) CHECK(same_bits(found[i], expected[i]));
  }
}
