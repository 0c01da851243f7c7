// The plain loops: each reads its maps once, so there is no fast twin.
#include "core/kernels/attention/scale_channels.hpp"

#include <algorithm>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

void scale_channels_forward(real* y, const real* x, const real* s, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    y[pixel * C + c] = x[pixel * C + c] * s[pixel / HW * C + c];
  });
}

void scale_channels_dx(GradSlot dx, const real* dy, const real* s, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    dx.write(pixel * C + c, dy[pixel * C + c] * s[pixel / HW * C + c]);
  });
}

static void scale_ds_one_image(GradSlot ds, const real* dy, const real* x, int64_t HW, int64_t C) {
  if (!ds.add) std::fill_n(ds.data, C, real{0});
  for (int64_t p = 0; p < HW; ++p, x += C, dy += C) {
    for (int64_t c = 0; c < C; ++c) ds.data[c] += dy[c] * x[c];
  }
}

static void scale_channels_ds_cpu(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW,
                                  int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    scale_ds_one_image({ds.data + n * C, ds.add}, dy + n * HW * C, x + n * HW * C, HW, C);
  }
}

void scale_channels_ds(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(scale_channels_ds_cpu, scale_channels_ds_cpu, scale_channels_ds_cuda)(ds, dy, x, N, HW, C);
}

}  // namespace eca::kernels
