// The kernels of attention that sum, or take the largest, in another way on a GPU.
#include "core/kernels/attention/channel_attention.hpp"

#include <cmath>

#include "core/kernels/attention/channel_statistics.hpp"
#include "core/kernels/attention/scale_channels.hpp"
#include "core/kernels/attention/spatial_attention.hpp"
#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Ends;

namespace {

struct ChannelMaps {
  int64_t N, HW, C;
};

// One pixel, parts of images, and ranges of several pixels with a part of one at the end.
const std::vector<ChannelMaps> kMaps = {{1, 2, 1}, {3, 35, 17}, {2, 4097, 64}, {1, 70001, 1}};

}  // namespace

TEST_CASE("attention pair: a convolution over channels", "[pair][attention]") {
  for (const Ends ends : {Ends::zeros, Ends::circular}) {
    for (const int64_t k : {1, 3, 5, 9}) {
      for (const int64_t C : {1, 4, 16, 67}) {
        for (const int64_t N : {1, 3, 1031}) {
          CAPTURE(ends == Ends::circular, k, C, N);
          const Tensor y = random_tensor({N, C}, 1), dz = random_tensor({N, C}, 2);
          check_device_twin("dw", {k}, sum_tolerance(N * C), [&](Here& here, GradSlot dw) {
            kernels::channel_conv1d_dw(dw, here(dz), here(y), ends, N, C, k);
          });
        }
      }
    }
  }
}

// Windows that reach beyond both ends, overlap, and leave inputs out.
TEST_CASE("attention pair: rows of windows", "[pair][attention]") {
  const std::vector<std::vector<int64_t>> windows = {
      {0}, {-1, 0, 1, 2, 3, 4}, {0, 0, 2, 2, 4, 4, 6}, {-3, 5, 5, 9, 100}};
  for (const std::vector<int64_t>& first : windows) {
    for (const int64_t k : {1, 2, 3, 7}) {
      for (const int64_t M : {1, 6, 10}) {
        CAPTURE(first, k, M);
        const int64_t N = 5, C = std::ssize(first);
        const Tensor y = random_tensor({N, M}, 1), w = random_tensor({C, k}, 2),
                     dz = random_tensor({N, C}, 3);
        check_device_twin("z", {N, C}, sum_tolerance(k), [&](Here& here, real* z) {
          kernels::channel_rows_forward(z, here(y), here(w), first.data(), N, M, C, k);
        });
        check_device_twin("dy", {N, M}, sum_tolerance(C), [&](Here& here, GradSlot dy) {
          kernels::channel_rows_dy(dy, here(dz), here(w), first.data(), N, M, C, k);
        });
        check_device_twin("dw", {C, k}, sum_tolerance(N), [&](Here& here, GradSlot dw) {
          kernels::channel_rows_dw(dw, here(dz), here(y), first.data(), N, M, C, k);
        });
      }
    }
  }
}

TEST_CASE("attention pair: statistics of channels", "[pair][attention]") {
  for (const auto& [images, pixels, channels] : kMaps) {
    const int64_t N = images, HW = pixels, C = channels;
    CAPTURE(N, HW, C);
    const Tensor x = random_tensor({N, HW, C}, 1);
    const double squares = kEps * (8 + std::sqrt(static_cast<double>(HW)));  // all positive: a straight walk
    check_device_twin("length", {N, C}, {0, squares}, [&](Here& here, real* y) {
      kernels::l2_pool_forward(y, here(x), /*eps=*/1e-3, N, HW, C);
    });
    check_device_twin("mean and spread", {N, 2 * C}, squares, [&](Here& here, real* u) {
      kernels::mean_std_pool_forward(u, here(x), /*eps=*/1e-3, N, HW, C);
    });
  }
}

// Values of a few steps, so that there are ties.
TEST_CASE("attention pair: the first of the largest pixels", "[pair][attention]") {
  for (const auto& [images, pixels, channels] : kMaps) {
    const int64_t N = images, HW = pixels, C = channels;
    CAPTURE(N, HW, C);
    std::vector<real> steps = random_tensor({N, HW, C}, 1, 0, 4).values();
    for (real& value : steps) value = std::floor(value);
    const Tensor x = Tensor::from({N, HW, C}, steps), dy = random_tensor({N, C}, 2);
    const Twin<real*> plain = {"ref", KernelMode::ref, [&](Here& here, real* y) {
                                 kernels::global_max_pool_forward(y, here(x), N, HW, C);
                               }};
    const Tensor y = written(plain, nan_tensor({N, C}));
    check_device_twin("largest", {N, C}, 0, plain.call);
    check_device_twin("largest, dx", x.shape(), 0, [&](Here& here, GradSlot dx) {
      kernels::global_max_pool_dx(dx, here(dy), here(x), here(y), N, HW, C);
    });
  }
}

TEST_CASE("attention pair: SimAM's energy", "[pair][attention]") {
  for (const auto& [images, pixels, channels] : kMaps) {
    const int64_t N = images, HW = pixels, C = channels, n = N * HW * C;
    CAPTURE(N, HW, C);
    const Tensor x = random_tensor({N, HW, C}, 1), de = random_tensor({N, HW, C}, 2);
    const Call<real*> forward = [&](Here& here, real* e) {
      kernels::simam_energy_forward(e, e + n, e + n + N * C, here(x), /*lambda=*/0.1, N, HW, C);
    };
    const double squares = kEps * (8 + std::sqrt(static_cast<double>(HW)));
    check_device_twin("e, mean and v", {n + 2 * N * C}, squares, forward);
    const Tensor e = written<real*>({"ref", KernelMode::ref, forward}, nan_tensor({n + 2 * N * C}));
    check_device_twin("dx", x.shape(), 4 * squares, [&](Here& here, GradSlot dx) {
      const real* mean = here(e) + n;
      kernels::simam_energy_dx(dx, here(de), here(x), mean, mean + N * C, N, HW, C);
    });
  }
}

TEST_CASE("attention pair: factors of channels", "[pair][attention]") {
  for (const auto& [images, pixels, channels] : kMaps) {
    const int64_t N = images, HW = pixels, C = channels;
    CAPTURE(N, HW, C);
    const Tensor x = random_tensor({N, HW, C}, 1), dy = random_tensor({N, HW, C}, 2);
    check_device_twin("ds", {N, C}, sum_tolerance(HW), [&](Here& here, GradSlot ds) {
      kernels::scale_channels_ds(ds, here(dy), here(x), N, HW, C);
    });
  }
}

TEST_CASE("attention pair: rows and columns of an image", "[pair][attention]") {
  struct Map {
    int64_t N, H, W, C;
  };
  for (const auto& [images, rows, columns, channels] : {Map{1, 1, 1, 1}, {2, 7, 5, 3}, {3, 4, 9, 17}}) {
    const int64_t N = images, H = rows, W = columns, C = channels;
    CAPTURE(N, H, W, C);
    const Tensor x = random_tensor({N, H, W, C}, 1), dy = random_tensor({N, H, W, C}, 2),
                 a = random_tensor({N, H, C}, 3), b = random_tensor({N, W, C}, 4);
    check_device_twin("means", {N, H + W, C}, sum_tolerance(1),
                      [&](Here& here, real* u) { kernels::strip_pool_forward(u, here(x), N, H, W, C); });
    check_device_twin("da", a.shape(), sum_tolerance(W), [&](Here& here, GradSlot da) {
      kernels::scale_strips_da(da, here(dy), here(x), here(b), N, H, W, C);
    });
    check_device_twin("db", b.shape(), sum_tolerance(H), [&](Here& here, GradSlot db) {
      kernels::scale_strips_db(db, here(dy), here(x), here(a), N, H, W, C);
    });
  }
}

// Whole multiples, others, and an image that becomes smaller.
TEST_CASE("attention pair: another resolution", "[pair][attention]") {
  for (const int64_t h : {1, 2, 5}) {
    for (const int64_t H : {1, 4, 5, 13}) {
      CAPTURE(h, H);
      const int64_t N = 2, w = h + 1, W = H + 2, C = 3;
      const Tensor dy = random_tensor({N, H, W, C}, 1);
      check_device_twin("dx", {N, h, w, C}, sum_tolerance(H * W), [&](Here& here, GradSlot dx) {
        kernels::upsample_nearest_dx(dx, here(dy), N, h, w, H, W, C);
      });
    }
  }
}
