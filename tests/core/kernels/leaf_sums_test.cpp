// Sums over images are trees: with one image a leaf, the sum over 16 images is that over the first 8 plus that over the last 8, bit for
// bit, as two ranks would add it. And what each image gets does not depend on its company.
#include "core/kernels/common/leaf_sums.hpp"

#include <numeric>

#include "core/kernels/attention/channel_attention.hpp"
#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/elementwise/reduce.hpp"
#include "core/kernels/gemm/linear.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using namespace eca::kernels;

namespace {

constexpr int64_t kImages = 16, kHalf = 8;

// sum(out, first, N) writes the sum over images first..first+N-1, n numbers.
template <class Sum>
void check_tree(const std::string& what, int64_t n, const Sum& sum) {
  const SettingsRestored restored;
  for (const KernelMode mode : {KernelMode::ref, KernelMode::fast}) {
    CAPTURE(what, to_string(mode));
    set_kernel_mode(mode);
    Tensor whole = nan_tensor({n}), lower = nan_tensor({n}), upper = nan_tensor({n}),
           added = Tensor::full({n}, 1);
    sum({whole.data(), false}, 0, kImages);
    sum({lower.data(), false}, 0, kHalf);
    sum({upper.data(), false}, kHalf, kHalf);
    sum({added.data(), true}, 0, kImages);
    std::vector<real> halves, more;
    for (int64_t i = 0; i < n; ++i) {
      halves.push_back(lower.data()[i] + upper.data()[i]);
      more.push_back(1 + whole.data()[i]);
    }
    CHECK(whole.values() == halves);
    CHECK(added.values() == more);
  }
}

// of(out, first, N) writes what images first..first+N-1 get, n numbers each.
template <class Of>
void check_company(const std::string& what, int64_t n, const Of& of) {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  CAPTURE(what);
  Tensor whole = nan_tensor({kImages * n}), upper = nan_tensor({kHalf * n});
  of(whole.data(), 0, kImages);
  of(upper.data(), kHalf, kHalf);
  const std::vector<real> values = whole.values();
  CHECK(std::vector<real>(values.begin() + kHalf * n, values.end()) == upper.values());
}

}  // namespace

TEST_CASE("leaf sums: convolutions add images as a tree, and treat each alone", "[leaves]") {
  using Shape = Conv2dShape;
  const int64_t lanes = kLanes;
  for (Shape s :
       {Shape{.N = 0, .H = 7, .W = 6, .I = 3, .KH = 3, .KW = 3, .O = 5, .padding = 1},
        Shape{.N = 0, .H = 9, .W = 9, .I = 3, .KH = 3, .KW = 3, .O = lanes, .padding = 1},
        Shape{.N = 0, .H = 5, .W = 5, .I = 6, .KH = 3, .KW = 3, .O = 6, .padding = 1, .groups = 6},
        Shape{.N = 0, .H = 5, .W = 5, .I = 6, .KH = 3, .KW = 3, .O = 4, .padding = 1, .groups = 2},
        Shape{.N = 0, .H = 4, .W = 4, .I = 96, .KH = 1, .KW = 1, .O = 200},
        Shape{.N = 0, .H = 9, .W = 8, .I = lanes, .KH = 3, .KW = 3, .O = 2 * lanes, .padding = 1},
        Shape{.N = 0, .H = 9, .W = 8, .I = lanes, .KH = 3, .KW = 3, .O = lanes, .stride = 2, .padding = 1},
        Shape{.N = 0, .H = 5, .W = 4, .I = 256, .KH = 3, .KW = 3, .O = 256, .padding = 1}}) {
    CAPTURE(s.H, s.I, s.O, s.groups, s.stride);
    s.N = kImages;
    const int64_t x_size = s.H * s.W * s.I, y_size = s.OH() * s.OW() * s.O;
    const Tensor x = random_tensor({kImages, x_size}, 1), dy = random_tensor({kImages, y_size}, 2);
    const Tensor w = random_tensor({s.K() * s.O}, 3);
    const auto of = [&](int64_t N) {
      Shape part = s;
      part.N = N;
      return part;
    };
    check_tree("dw", s.K() * s.O, [&](GradSlot dw, int64_t first, int64_t N) {
      conv2d_dw(dw, dy.data() + first * y_size, x.data() + first * x_size, of(N));
    });
    check_company("y", y_size, [&](real* y, int64_t first, int64_t N) {
      conv2d_forward({.y = y}, x.data() + first * x_size, w.data(), of(N));
    });
    check_company("dx", x_size, [&](real* dx, int64_t first, int64_t N) {
      conv2d_dx({dx}, dy.data() + first * y_size, w.data(), of(N));
    });
  }
}

TEST_CASE("leaf sums: biases, linear layers and channel attention add images as a tree", "[leaves]") {
  constexpr int64_t C = 37, O = 70, k = 3;
  const Tensor x = random_tensor({kImages, C}, 1), dy = random_tensor({kImages, O}, 2),
               dz = random_tensor({kImages, C}, 3);
  const Tensor w = random_tensor({C, O}, 4), map = random_tensor({kImages, 11, C}, 5);
  std::vector<int64_t> windows(C);
  std::iota(windows.begin(), windows.end(), -1);
  check_tree("bias", C, [&](GradSlot db, int64_t first, int64_t N) {
    column_sums(db, map.data() + first * 11 * C, N, 11, C);
  });
  check_tree("linear dw", C * O, [&](GradSlot dw, int64_t first, int64_t N) {
    linear_dw(dw, dy.data() + first * O, x.data() + first * C, N, C, O);
  });
  check_tree("channel_conv1d dw", k, [&](GradSlot dw, int64_t first, int64_t N) {
    channel_conv1d_dw(dw, dz.data() + first * C, x.data() + first * C, Ends::zeros, N, C, k);
  });
  check_tree("channel_rows dw", C * k, [&](GradSlot dw, int64_t first, int64_t N) {
    channel_rows_dw(dw, dz.data() + first * C, x.data() + first * C, windows.data(), N, C, C, k);
  });
  check_tree("channel_affine dw", C, [&](GradSlot dw, int64_t first, int64_t N) {
    channel_affine_dw(dw, dz.data() + first * C, x.data() + first * C, N, C);
  });
  check_company("linear y", O, [&](real* y, int64_t first, int64_t N) {
    linear_forward({y}, x.data() + first * C, w.data(), N, C, O);
  });
  check_company("linear dx", C, [&](real* dx, int64_t first, int64_t N) {
    linear_dx({dx}, dy.data() + first * O, w.data(), N, C, O);
  });
  check_company("image moments", 2 * C, [&](real* moments, int64_t first, int64_t N) {
    for (int64_t n = 0; n < N; ++n) {
      image_moments(moments + n * 2 * C, moments + n * 2 * C + C, map.data() + (first + n) * 11 * C, 1, 11,
                    C);
    }
  });
}
