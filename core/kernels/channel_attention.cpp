#include "core/kernels/channel_attention.hpp"

#include <algorithm>

#include "core/threads.hpp"

namespace eca::kernels {

void channel_conv1d_forward(real* z, const real* y, const real* w, int64_t N, int64_t C, int64_t k) {
  const int64_t p = (k - 1) / 2;
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      real sum = 0;
      for (int64_t j = 0; j < k; ++j) {
        const int64_t from = c + j - p;
        if (from >= 0 && from < C) sum += w[j] * y[n * C + from];
      }
      z[n * C + c] = sum;
    }
  }
}

void channel_conv1d_dy(GradSlot dy, const real* dz, const real* w, int64_t N, int64_t C, int64_t k) {
  const int64_t p = (k - 1) / 2;
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      real sum = 0;
      for (int64_t j = 0; j < k; ++j) {
        const int64_t to = c - j + p;
        if (to >= 0 && to < C) sum += w[j] * dz[n * C + to];
      }
      dy.data[n * C + c] = dy.add ? dy.data[n * C + c] + sum : sum;
    }
  }
}

void channel_conv1d_dw(GradSlot dw, const real* dz, const real* y, int64_t N, int64_t C, int64_t k) {
  const int64_t p = (k - 1) / 2;
  for (int64_t j = 0; j < k; ++j) {
    double sum = 0;
    for (int64_t n = 0; n < N; ++n) {
      for (int64_t c = std::max<int64_t>(0, p - j); c < std::min(C, C + p - j); ++c) {
        sum += static_cast<double>(dz[n * C + c] * y[n * C + c + j - p]);
      }
    }
    dw.data[j] = dw.add ? dw.data[j] + static_cast<real>(sum) : static_cast<real>(sum);
  }
}

static void scale_one_image(GradSlot y, const real* x, const real* s, int64_t HW, int64_t C) {
  real* out = y.data;
  for (int64_t p = 0; p < HW; ++p, x += C, out += C) {
    if (y.add) {
      for (int64_t c = 0; c < C; ++c) out[c] += x[c] * s[c];
    } else {
      for (int64_t c = 0; c < C; ++c) out[c] = x[c] * s[c];
    }
  }
}

void scale_channels_dx(GradSlot dx, const real* dy, const real* s, int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    scale_one_image({dx.data + n * HW * C, dx.add}, dy + n * HW * C, s + n * C, HW, C);
  }
}

void scale_channels_forward(real* y, const real* x, const real* s, int64_t N, int64_t HW, int64_t C) {
  scale_channels_dx({y, false}, x, s, N, HW, C);
}

static void scale_ds_one_image(GradSlot ds, const real* dy, const real* x, int64_t HW, int64_t C) {
  if (!ds.add) std::fill_n(ds.data, C, real{0});
  for (int64_t p = 0; p < HW; ++p, x += C, dy += C) {
    for (int64_t c = 0; c < C; ++c) ds.data[c] += dy[c] * x[c];
  }
}

void scale_channels_ds(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    scale_ds_one_image({ds.data + n * C, ds.add}, dy + n * HW * C, x + n * HW * C, HW, C);
  }
}

}  // namespace eca::kernels
