// The plain loops, one image a task: each reads its maps once, so there is no second twin.
#include "core/kernels/attention/scale_channels.hpp"

#include <algorithm>

#include "core/parallel/threads.hpp"

namespace eca::kernels {

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
