// The same bits at 1, 2, 3 and 5 threads, for every kernel that runs in parallel, on shapes of many chunks.
#include <functional>

#include "core/kernels/attention/scale_channels.hpp"
#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "core/kernels/elementwise/elementwise.hpp"
#include "core/kernels/elementwise/optimizer_kernels.hpp"
#include "core/kernels/elementwise/pad_shortcut.hpp"
#include "core/kernels/elementwise/reduce.hpp"
#include "core/kernels/fused/batch_norm_relu.hpp"
#include "core/kernels/fused/residual_tail.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/kernels/pooling/pooling.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using namespace eca::kernels;

namespace {

// `kernel` writes an array of this shape, which holds random values before (to be overwritten or added to).
void check_threads(const std::string& name, const Shape& shape, const std::function<void(real*)>& kernel) {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  const Tensor before = random_tensor(shape, 50);
  Tensor expected;
  for (const int n : {1, 2, 3, 5}) {
    INFO(name << " at " << n << " threads");
    set_threads(n);
    Tensor found = copy_of(before);
    kernel(found.data());
    CHECK(!same_bits(found, before));
    if (n == 1) {
      expected = found;
    } else {
      CHECK(same_bits(found, expected));
    }
  }
}

// A gradient both ways.
void check_threads(const std::string& name, const Shape& shape, const std::function<void(GradSlot)>& kernel) {
  check_threads(name + ", assign", shape, [&](real* data) { kernel({data, false}); });
  check_threads(name + ", add", shape, [&](real* data) { kernel({data, true}); });
}

using Forward = std::function<void(real*)>;
using Backward = std::function<void(GradSlot)>;

}  // namespace

TEST_CASE("threads: elementwise kernels give equal bits", "[threads]") {
  constexpr int64_t n = 5 * kChunk + 17;
  const Tensor a = random_tensor({n}, 1, -2, 8), b = random_tensor({n}, 2);
  const real *x = a.data(), *z = b.data();
  check_threads("add", {n}, Forward([&](real* y) { add_forward(y, x, z, n); }));
  check_threads("sub", {n}, Forward([&](real* y) { sub_forward(y, x, z, n); }));
  check_threads("mul", {n}, Forward([&](real* y) { mul_forward(y, x, z, n); }));
  check_threads("scale", {n}, Forward([&](real* y) { scale_forward(y, x, 3, n); }));
  check_threads("relu", {n}, Forward([&](real* y) { relu_forward(y, x, n); }));
  check_threads("relu6", {n}, Forward([&](real* y) { relu6_forward(y, x, n); }));
  check_threads("sigmoid", {n}, Forward([&](real* y) { sigmoid_forward(y, x, n); }));
  check_threads("mul_da", {n}, Backward([&](GradSlot dx) { mul_da(dx, x, z, n); }));
  check_threads("scale_dx", {n}, Backward([&](GradSlot dx) { scale_dx(dx, z, 3, n); }));
  check_threads("relu_dx", {n}, Backward([&](GradSlot dx) { relu_dx(dx, z, x, n); }));
  check_threads("relu6_dx", {n}, Backward([&](GradSlot dx) { relu6_dx(dx, z, x, n); }));
  check_threads("sigmoid_dx", {n}, Backward([&](GradSlot dx) { sigmoid_dx(dx, z, x, n); }));
}

TEST_CASE("threads: optimiser kernels give equal bits", "[threads]") {
  constexpr int64_t n = 3 * kChunk + 5;
  const Tensor g = random_tensor({n}, 1);
  const SgdCoefficients sgd = {real{0.1}, real{0.9}, real{0.01}, true};
  check_threads("sgd without momentum", {n},
                Forward([&](real* w) { sgd_step(w, nullptr, g.data(), n, &sgd); }));
  check_threads("sgd", {2, n}, Forward([&](real* w) { sgd_step(w, w + n, g.data(), n, &sgd); }));
  const AdamCoefficients adam = {real{0.1}, real{0.9}, real{0.99}, real{0.1}, real{0.01}, 1, 1, 0, 1};
  check_threads("adam", {2, n}, Forward([&](real* w) {
                  Tensor v = Tensor::full({n}, 1);
                  adam_step(w, w + n, v.data(), g.data(), n, &adam);
                }));
}

TEST_CASE("threads: convolutions give equal bits", "[threads]") {
  for (const Conv2dShape& s :
       {Conv2dShape{.N = 5, .H = 32, .W = 32, .I = 16, .KH = 3, .KW = 3, .O = 16, .padding = 1},
        Conv2dShape{.N = 5, .H = 33, .W = 31, .I = 3, .KH = 3, .KW = 3, .O = 16, .stride = 2, .padding = 1},
        Conv2dShape{.N = 16, .H = 15, .W = 15, .I = 16, .KH = 1, .KW = 1, .O = 130},
        Conv2dShape{.N = 16, .H = 15, .W = 15, .I = 16, .KH = 1, .KW = 1, .O = 32, .stride = 2},
        Conv2dShape{.N = 13, .H = 9, .W = 10, .I = 128, .KH = 3, .KW = 3, .O = 128, .padding = 1},
        Conv2dShape{.N = 9, .H = 5, .W = 4, .I = 256, .KH = 3, .KW = 3, .O = 256, .padding = 1},
        Conv2dShape{
            .N = 9, .H = 16, .W = 16, .I = 32, .KH = 3, .KW = 3, .O = 32, .padding = 1, .groups = 32}}) {
    const Shape y_shape = {s.N, s.OH(), s.OW(), s.O};
    const Tensor x = random_tensor({s.N, s.H, s.W, s.I}, 1), dy = random_tensor(y_shape, 2);
    const Tensor w = random_tensor({s.KH, s.KW, s.group_inputs(), s.O}, 3), b = random_tensor({s.O}, 4);
    CAPTURE(y_shape.str());
    check_threads("conv2d", y_shape, Forward([&](real* y) {
                    conv2d_forward({.y = y, .bias = b.data()}, x.data(), w.data(), s);
                  }));
    check_threads("conv2d dx", x.shape(),
                  Backward([&](GradSlot dx) { conv2d_dx(dx, dy.data(), w.data(), s); }));
    check_threads("conv2d dw", w.shape(),
                  Backward([&](GradSlot dw) { conv2d_dw(dw, dy.data(), x.data(), s); }));
  }
}

TEST_CASE("threads: matrix products give equal bits", "[threads]") {
  constexpr int64_t M = 333, N = 65, K = 47;
  const Tensor a = random_tensor({M, K}, 1), b = random_tensor({K, N}, 2), dy = random_tensor({M, N}, 3);
  for (const real beta : {real{0}, real{1}}) {
    check_threads("gemm", {M, N}, Forward([&](real* c) {
                    gemm_parallel(M, N, K, {a.data(), K}, {b.data(), N}, beta, c, N);
                  }));
    check_threads("gemm of a transpose", {K, N}, Forward([&](real* c) {
                    gemm_parallel(K, N, M, {a.data(), K, Op::transpose}, {dy.data(), N}, beta, c, N);
                  }));
  }
}

TEST_CASE("threads: batch norm and sums give equal bits", "[threads]") {
  constexpr int64_t N = 33, HW = 273, R = N * HW, C = 17;
  const Tensor x = random_tensor({R, C}, 1, 2, 5), dy = random_tensor({R, C}, 2);
  const Tensor mean = Tensor::full({C}, 3), inv_std = random_tensor({C}, 3, 1, 2),
               gamma = random_tensor({C}, 4);
  const BatchNormChannels ch = {mean.data(), inv_std.data(), gamma.data(), gamma.data()};
  check_threads("moments", {2 * N, C},
                Forward([&](real* y) { image_moments(y, y + N * C, x.data(), N, HW, C); }));
  check_threads("moments of the batch", {2, C},
                Forward([&](real* y) { join_moments(y, y + C, x.data(), dy.data(), /*N=*/R, /*HW=*/3, C); }));
  check_threads("apply", {R, C}, Forward([&](real* y) { batch_norm_apply(y, x.data(), ch, R, C); }));
  check_threads("sums", {2, C},
                Forward([&](real* y) { batch_norm_sums(y, y + C, dy.data(), x.data(), ch, N, HW, C); }));
  check_threads("dx", {R, C}, Backward([&](GradSlot dx) {
                  batch_norm_dx(dx, dy.data(), x.data(), ch, mean.data(), gamma.data(), N, HW, C);
                }));
  check_threads("norm and ReLU", {R, C},
                Forward([&](real* y) { batch_norm_relu_forward(y, x.data(), ch, R, C); }));
  check_threads("sums of norm and ReLU", {2, C},
                Forward([&](real* y) { batch_norm_relu_sums(y, y + C, dy.data(), x.data(), ch, N, HW, C); }));
  check_threads("dx of norm and ReLU", {R, C}, Backward([&](GradSlot dx) {
                  batch_norm_relu_dx(dx, dy.data(), x.data(), ch, mean.data(), gamma.data(), N, HW, C);
                }));
  check_threads("column sums", {C}, Backward([&](GradSlot dx) { column_sums(dx, x.data(), N, HW, C); }));
}

TEST_CASE("threads: the end of a residual block gives equal bits", "[threads]") {
  constexpr int64_t N = 11, HW = 63, C = 35;
  const TailShape shape = {N, HW, C};
  const Tensor x = random_tensor({N, HW, C}, 1), r = random_tensor({N, HW, C}, 2),
               s = random_tensor({N, C}, 3);
  const Tensor y = random_tensor({N, HW, C}, 4), c = random_tensor({C}, 5, 1, 2);
  const BatchNormChannels ch = {c.data(), c.data(), c.data(), c.data()};
  check_threads("tail", {N, HW, C}, Forward([&](real* out) {
                  residual_tail_forward(out, x.data(), r.data(), s.data(), ch, shape);
                }));
  check_threads("g of the tail", {N * HW * C + 2 * N * C}, Forward([&](real* g) {
                  real* sums = g + N * HW * C;
                  residual_tail_g(g, sums, sums + N * C, r.data(), y.data(), x.data(), ch, shape);
                }));
  check_threads("dx of the tail", {N, HW, C}, Backward([&](GradSlot dx) {
                  residual_tail_dx(dx, r.data(), x.data(), s.data(), c.data(), s.data(), shape);
                }));
}

TEST_CASE("threads: the padded shortcut gives equal bits", "[threads]") {
  const PadShortcutShape s = {.N = 13, .H = 9, .W = 7, .C = 5, .channels = 12, .stride = 2};
  const Tensor x = random_tensor({s.N, s.H, s.W, s.C}, 1);
  const Shape y_shape = {s.N, s.OH(), s.OW(), s.channels};
  const Tensor dy = random_tensor(y_shape, 2);
  check_threads("y", y_shape, Forward([&](real* y) { pad_shortcut_forward(y, x.data(), s); }));
  check_threads("dx", x.shape(), Backward([&](GradSlot dx) { pad_shortcut_dx(dx, dy.data(), s); }));
}

TEST_CASE("threads: pooling and channel scaling give equal bits", "[threads]") {
  const PoolShape s = {.N = 7, .H = 15, .W = 13, .C = 17, .kernel = 3, .stride = 2, .padding = 1};
  const Shape x_shape = {s.N, s.H, s.W, s.C}, y_shape = {s.N, s.OH(), s.OW(), s.C};
  const int64_t HW = s.H * s.W;
  const Tensor x = random_tensor(x_shape, 1), dy = random_tensor(y_shape, 2),
               scale = random_tensor({s.N, s.C}, 3);
  Tensor y = Tensor::empty(y_shape);
  max_pool_forward(y.data(), x.data(), s);
  check_threads("max", y_shape, Forward([&](real* out) { max_pool_forward(out, x.data(), s); }));
  check_threads("max dx", x_shape,
                Backward([&](GradSlot dx) { max_pool_dx(dx, dy.data(), x.data(), y.data(), s); }));
  check_threads("average", y_shape, Forward([&](real* out) { average_pool_forward(out, x.data(), s); }));
  check_threads("average dx", x_shape, Backward([&](GradSlot dx) { average_pool_dx(dx, dy.data(), s); }));
  check_threads("global", {s.N, s.C},
                Forward([&](real* out) { global_average_pool_forward(out, x.data(), s.N, HW, s.C); }));
  check_threads("global dx", x_shape,
                Backward([&](GradSlot dx) { global_average_pool_dx(dx, scale.data(), s.N, HW, s.C); }));
  check_threads("scale", x_shape, Forward([&](real* out) {
                  scale_channels_forward(out, x.data(), scale.data(), s.N, HW, s.C);
                }));
  check_threads("scale dx", x_shape,
                Backward([&](GradSlot dx) { scale_channels_dx(dx, x.data(), scale.data(), s.N, HW, s.C); }));
  check_threads("scale ds", {s.N, s.C},
                Backward([&](GradSlot ds) { scale_channels_ds(ds, x.data(), x.data(), s.N, HW, s.C); }));
}
