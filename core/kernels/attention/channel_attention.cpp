// Plain loops: N*C is small, so there is no fast twin. Formulas stand in the header.
#include "core/kernels/attention/channel_attention.hpp"

#include <algorithm>
#include <cmath>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca::kernels {

void channel_conv1d_forward(real* z, const real* y, const real* w, Ends ends, int64_t N, int64_t C,
                            int64_t k) {
  const int64_t p = (k - 1) / 2;
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    real sum = 0;
    for (int64_t j = 0; j < k; ++j) {
      const int64_t from = channel_at(c + j - p, ends, C);
      if (from >= 0) sum += w[j] * y[n * C + from];
    }
    z[n * C + c] = sum;
  });
}

void channel_conv1d_dy(GradSlot dy, const real* dz, const real* w, Ends ends, int64_t N, int64_t C,
                       int64_t k) {
  const int64_t p = (k - 1) / 2;
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    real sum = 0;
    for (int64_t j = 0; j < k; ++j) {
      const int64_t to = channel_at(c - j + p, ends, C);
      if (to >= 0) sum += w[j] * dz[n * C + to];
    }
    dy.write(n * C + c, sum);
  });
}

static void channel_conv1d_dw_cpu(GradSlot dw, const real* dz, const real* y, Ends ends, int64_t N, int64_t C,
                                  int64_t k) {
  const int64_t p = (k - 1) / 2;
  sum_leaves(dw, k, N, [&](PartOfBatch images, real* out) {
    for (int64_t j = 0; j < k; ++j) {
      double sum = 0;
      for (int64_t n = images.first; n < images.last; ++n) {
        for (int64_t c = 0; c < C; ++c) {
          const int64_t from = channel_at(c + j - p, ends, C);
          if (from >= 0) sum += static_cast<double>(dz[n * C + c] * y[n * C + from]);
        }
      }
      out[j] = static_cast<real>(sum);
    }
  });
}

void channel_conv1d_dw(GradSlot dw, const real* dz, const real* y, Ends ends, int64_t N, int64_t C,
                       int64_t k) {
  ECA_TWIN(channel_conv1d_dw_cpu, channel_conv1d_dw_cpu, channel_conv1d_dw_cuda)(dw, dz, y, ends, N, C, k);
}

void channel_rows_forward(real* z, const real* y, const real* w, const int64_t* first, int64_t N, int64_t M,
                          int64_t C, int64_t k) {
  const KernelArray<int64_t> windows(first, C);
  const int64_t* begin = windows.data();
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    real sum = 0;
    for (int64_t j = 0; j < k; ++j) {
      const int64_t m = begin[c] + j;
      if (m >= 0 && m < M) sum += w[c * k + j] * y[n * M + m];
    }
    z[n * C + c] = sum;
  });
}

static void channel_rows_dy_cpu(GradSlot dy, const real* dz, const real* w, const int64_t* first, int64_t N,
                                int64_t M, int64_t C, int64_t k) {
  if (!dy.add) std::fill_n(dy.data, N * M, real{0});
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      for (int64_t j = 0; j < k; ++j) {
        const int64_t m = first[c] + j;
        if (m >= 0 && m < M) dy.data[n * M + m] += dz[n * C + c] * w[c * k + j];
      }
    }
  }
}

void channel_rows_dy(GradSlot dy, const real* dz, const real* w, const int64_t* first, int64_t N, int64_t M,
                     int64_t C, int64_t k) {
  ECA_TWIN(channel_rows_dy_cpu, channel_rows_dy_cpu, channel_rows_dy_cuda)(dy, dz, w, first, N, M, C, k);
}

static void channel_rows_dw_cpu(GradSlot dw, const real* dz, const real* y, const int64_t* first, int64_t N,
                                int64_t M, int64_t C, int64_t k) {
  sum_images(dw, C * k, N, [&](int64_t n, real* out) {
    for (int64_t c = 0; c < C; ++c) {
      for (int64_t j = 0; j < k; ++j) {
        const int64_t m = first[c] + j;
        if (m >= 0 && m < M) out[c * k + j] += dz[n * C + c] * y[n * M + m];
      }
    }
  });
}

void channel_rows_dw(GradSlot dw, const real* dz, const real* y, const int64_t* first, int64_t N, int64_t M,
                     int64_t C, int64_t k) {
  ECA_TWIN(channel_rows_dw_cpu, channel_rows_dw_cpu, channel_rows_dw_cuda)(dw, dz, y, first, N, M, C, k);
}

static void channel_affine_dw_cpu(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C) {
  sum_images(dw, C, N, [&](int64_t n, real* out) {
    for (int64_t c = 0; c < C; ++c) out[c] += dz[n * C + c] * y[n * C + c];
  });
}

void channel_affine_dw(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C) {
  ECA_TWIN(channel_affine_dw_cpu, channel_affine_dw_cpu, channel_affine_dw_cuda)(dw, dz, y, N, C);
}

void rms_normalise_forward(real* u, real* r, const real* e, double eps, int64_t N, int64_t C) {
  for_each_index(N, [=] ECA_DEVICE(int64_t n) {
    const int64_t row = n * C;
    real squares = 0;
    for (int64_t c = 0; c < C; ++c) squares += e[row + c] * e[row + c];
    r[n] = 1 / std::sqrt(squares / static_cast<real>(C) + static_cast<real>(eps));
    for (int64_t c = 0; c < C; ++c) u[row + c] = e[row + c] * r[n];
  });
}

void rms_normalise_de(GradSlot de, const real* du, const real* u, const real* r, int64_t N, int64_t C) {
  for_each_index(N, [=] ECA_DEVICE(int64_t n) {
    const int64_t row = n * C;
    real mean = 0;
    for (int64_t c = 0; c < C; ++c) mean += du[row + c] * u[row + c] / static_cast<real>(C);
    for (int64_t c = 0; c < C; ++c) de.write(row + c, r[n] * (du[row + c] - u[row + c] * mean));
  });
}

}  // namespace eca::kernels
