// The sums and maxima of attention on a GPU. Formulas stand in the headers; its loops without sums are the processor's own.
#include <cmath>

#include "core/kernels/attention/channel_attention.hpp"
#include "core/kernels/attention/channel_statistics.hpp"
#include "core/kernels/attention/scale_channels.hpp"
#include "core/kernels/attention/spatial_attention.hpp"
#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca::kernels {

// ---- channel_attention.hpp ---------------------------------------------------------------------------

void channel_conv1d_dw_cuda(GradSlot dw, const real* dz, const real* y, Ends ends, int64_t N, int64_t C,
                            int64_t k) {
  const int64_t p = (k - 1) / 2;
  sum_in_ranges<1>(
      N * C, k,
      [=] ECA_DEVICE(int64_t nc, int64_t j, double* sum) {
        const int64_t from = channel_at(nc % C + j - p, ends, C);
        if (from >= 0) *sum += static_cast<double>(dz[nc] * y[nc - nc % C + from]);
      },
      [=] ECA_DEVICE(int64_t j, const double* sum) { dw.write(j, static_cast<real>(*sum)); });
}

// Every input looks through all windows for those over it: C is small.
void channel_rows_dy_cuda(GradSlot dy, const real* dz, const real* w, const int64_t* first, int64_t N,
                          int64_t M, int64_t C, int64_t k) {
  const KernelArray<int64_t> windows(first, C);
  const int64_t* begin = windows.data();
  for_each_index(N, M, [=] ECA_DEVICE(int64_t n, int64_t m) {
    real sum = 0;
    for (int64_t c = 0; c < C; ++c) {
      const int64_t j = m - begin[c];
      if (j >= 0 && j < k) sum += dz[n * C + c] * w[c * k + j];
    }
    dy.write(n * M + m, sum);
  });
}

void channel_rows_dw_cuda(GradSlot dw, const real* dz, const real* y, const int64_t* first, int64_t N,
                          int64_t M, int64_t C, int64_t k) {
  const KernelArray<int64_t> windows(first, C);
  const int64_t* begin = windows.data();
  for_each_index(C, k, [=] ECA_DEVICE(int64_t c, int64_t j) {
    const int64_t m = begin[c] + j;
    real sum = 0;
    for (int64_t n = 0; m >= 0 && m < M && n < N; ++n) sum += dz[n * C + c] * y[n * M + m];
    dw.write(c * k + j, sum);
  });
}

void channel_affine_dw_cuda(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C) {
  sum_in_ranges<1>(
      N, C,
      [=] ECA_DEVICE(int64_t n, int64_t c, double* sum) {
        *sum += static_cast<double>(dz[n * C + c] * y[n * C + c]);
      },
      [=] ECA_DEVICE(int64_t c, const double* sum) { dw.write(c, static_cast<real>(*sum)); });
}

// ---- channel_statistics.hpp --------------------------------------------------------------------------

void global_max_pool_forward_cuda(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    real largest = x[n * HW * C + c];
    for (int64_t p = 1; p < HW; ++p) {
      const real value = x[(n * HW + p) * C + c];
      if (value > largest || value != value) largest = value;  // keeps NaN
    }
    y[n * C + c] = largest;
  });
}

void global_max_pool_dx_cuda(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW,
                             int64_t C) {
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    bool found = false;
    for (int64_t p = 0; p < HW; ++p) {
      const int64_t i = (n * HW + p) * C + c;
      const bool first = !found && x[i] == y[n * C + c];
      dx.write(i, first ? dy[n * C + c] : 0);
      found = found || first;
    }
  });
}

void l2_pool_forward_cuda(real* y, const real* x, double eps, int64_t N, int64_t HW, int64_t C) {
  sum_over_pixels<1>(
      N, HW, C,
      [=] ECA_DEVICE(int64_t i, int64_t, double* sum) {
        *sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
      },
      [=] ECA_DEVICE(int64_t nc, const double* sum) { y[nc] = static_cast<real>(std::sqrt(*sum + eps)); });
}

void mean_std_pool_forward_cuda(real* u, const real* x, double eps, int64_t N, int64_t HW, int64_t C) {
  real *mean = scratch(Scratch::channels, 2 * N * C), *squares = mean + N * C;
  image_moments_cuda(mean, squares, x, N, HW, C);
  for_each_index(N * C, [=] ECA_DEVICE(int64_t nc) {
    u[2 * nc] = mean[nc];
    u[2 * nc + 1] = std::sqrt(squares[nc] / static_cast<real>(HW - 1) + static_cast<real>(eps));
  });
}

void simam_energy_forward_cuda(real* e, real* mean, real* v, const real* x, double lambda, int64_t N,
                               int64_t HW, int64_t C) {
  image_moments_cuda(mean, v, x, N, HW, C);
  for_each_index(N * C, [=] ECA_DEVICE(int64_t nc) {
    v[nc] = v[nc] / static_cast<real>(HW - 1) + static_cast<real>(lambda);
  });
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t i = pixel * C + c, nc = pixel / HW * C + c;
    const real d = x[i] - mean[nc];
    e[i] = d * d / (4 * v[nc]) + real{0.5};
  });
}

void simam_energy_dx_cuda(GradSlot dx, const real* de, const real* x, const real* mean, const real* v,
                          int64_t N, int64_t HW, int64_t C) {
  real *A = scratch(Scratch::channels, 2 * N * C), *B = A + N * C;
  sum_over_pixels<2>(
      N, HW, C,
      [=] ECA_DEVICE(int64_t i, int64_t nc, double* sums) {
        const real d = x[i] - mean[nc];
        sums[0] += static_cast<double>(de[i] * d * d);
        sums[1] += static_cast<double>(de[i] * d);
      },
      [=] ECA_DEVICE(int64_t nc, const double* sums) {
        A[nc] = static_cast<real>(sums[0]);
        B[nc] = static_cast<real>(sums[1]);
      });
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t i = pixel * C + c, nc = pixel / HW * C + c;
    const real d = x[i] - mean[nc];
    const real through_d = d * (de[i] - A[nc] / (static_cast<real>(HW - 1) * v[nc]));
    dx.write(i, (through_d - B[nc] / static_cast<real>(HW)) / (2 * v[nc]));
  });
}

// ---- scale_channels.hpp ------------------------------------------------------------------------------

void scale_channels_ds_cuda(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C) {
  sum_over_pixels<1>(
      N, HW, C,
      [=] ECA_DEVICE(int64_t i, int64_t, double* sum) { *sum += static_cast<double>(dy[i] * x[i]); },
      [=] ECA_DEVICE(int64_t nc, const double* sum) { ds.write(nc, static_cast<real>(*sum)); });
}

// ---- spatial_attention.hpp ---------------------------------------------------------------------------

void strip_pool_forward_cuda(real* u, const real* x, int64_t N, int64_t H, int64_t W, int64_t C) {
  for_each_index(N * (H + W), C, [=] ECA_DEVICE(int64_t place, int64_t c) {
    const int64_t n = place / (H + W), at = place % (H + W);
    const real* image = x + n * H * W * C + c;
    real sum = 0;
    if (at < H) {
      for (int64_t w = 0; w < W; ++w) sum += image[(at * W + w) * C];
    } else {
      for (int64_t h = 0; h < H; ++h) sum += image[(h * W + at - H) * C];
    }
    u[place * C + c] = sum / static_cast<real>(at < H ? W : H);
  });
}

void scale_strips_da_cuda(GradSlot da, const real* dy, const real* x, const real* b, int64_t N, int64_t H,
                          int64_t W, int64_t C) {
  for_each_index(N * H, C, [=] ECA_DEVICE(int64_t row, int64_t c) {
    real sum = 0;
    for (int64_t w = 0; w < W; ++w) {
      const int64_t i = (row * W + w) * C + c;
      sum += dy[i] * x[i] * b[(row / H * W + w) * C + c];
    }
    da.write(row * C + c, sum);
  });
}

void scale_strips_db_cuda(GradSlot db, const real* dy, const real* x, const real* a, int64_t N, int64_t H,
                          int64_t W, int64_t C) {
  for_each_index(N * W, C, [=] ECA_DEVICE(int64_t column, int64_t c) {
    real sum = 0;
    for (int64_t h = 0; h < H; ++h) {
      const int64_t row = column / W * H + h, i = (row * W + column % W) * C + c;
      sum += dy[i] * x[i] * a[row * C + c];
    }
    db.write(column * C + c, sum);
  });
}

void upsample_nearest_dx_cuda(GradSlot dx, const real* dy, int64_t N, int64_t h, int64_t w, int64_t H,
                              int64_t W, int64_t C) {
  for_each_index(N * h * w, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (h * w), k = pixel / w % h, l = pixel % w;
    real sum = 0;
    for (int64_t i = 0; i < H; ++i) {
      for (int64_t j = 0; i * h / H == k && j < W; ++j) {
        if (j * w / W == l) sum += dy[((n * H + i) * W + j) * C + c];
      }
    }
    dx.write(pixel * C + c, sum);
  });
}

}  // namespace eca::kernels
