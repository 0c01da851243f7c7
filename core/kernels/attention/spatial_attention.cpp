// Plain loops with channels innermost; each reads its map once, so there is no fast twin.
#include "core/kernels/attention/spatial_attention.hpp"

#include <algorithm>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

// ---- over the channels of a pixel --------------------------------------------------------------------

void channel_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, [=] ECA_DEVICE(int64_t p) {
    real largest = x[p * C], sum = 0;
    for (int64_t c = 0; c < C; ++c) {
      const real value = x[p * C + c];
      if (value > largest || value != value) largest = value;  // keeps NaN
      sum += value;
    }
    y[2 * p] = largest;
    y[2 * p + 1] = sum / static_cast<real>(C);
  });
}

void channel_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW,
                     int64_t C) {
  for_each_index(N * HW, [=] ECA_DEVICE(int64_t p) {
    for (int64_t c = 0; c < C; ++c) dx.write(p * C + c, dy[2 * p + 1] / static_cast<real>(C));
    int64_t c = 0;
    while (c < C && x[p * C + c] != y[2 * p]) ++c;
    if (c < C) dx.data[p * C + c] += dy[2 * p];
  });
}

void scale_pixels_forward(real* y, const real* x, const real* s, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t p, int64_t c) { y[p * C + c] = x[p * C + c] * s[p]; });
}

void scale_pixels_dx(GradSlot dx, const real* dy, const real* s, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, C,
                 [=] ECA_DEVICE(int64_t p, int64_t c) { dx.write(p * C + c, dy[p * C + c] * s[p]); });
}

void scale_pixels_ds(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, [=] ECA_DEVICE(int64_t p) {
    real sum = 0;
    for (int64_t c = 0; c < C; ++c) sum += dy[p * C + c] * x[p * C + c];
    ds.write(p, sum);
  });
}

// ---- over the rows and columns of an image -----------------------------------------------------------

static void strip_pool_one_image(real* u, const real* x, int64_t H, int64_t W, int64_t C) {
  std::fill_n(u, (H + W) * C, real{0});
  for (int64_t h = 0; h < H; ++h) {
    for (int64_t w = 0; w < W; ++w, x += C) {
      for (int64_t c = 0; c < C; ++c) {
        u[h * C + c] += x[c] / static_cast<real>(W);
        u[(H + w) * C + c] += x[c] / static_cast<real>(H);
      }
    }
  }
}

static void strip_pool_forward_cpu(real* u, const real* x, int64_t N, int64_t H, int64_t W, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) strip_pool_one_image(u + n * (H + W) * C, x + n * H * W * C, H, W, C);
}

void strip_pool_forward(real* u, const real* x, int64_t N, int64_t H, int64_t W, int64_t C) {
  ECA_TWIN(strip_pool_forward_cpu, strip_pool_forward_cpu, strip_pool_forward_cuda)(u, x, N, H, W, C);
}

void strip_pool_dx(GradSlot dx, const real* du, int64_t N, int64_t H, int64_t W, int64_t C) {
  for_each_index(N * H * W, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (H * W), h = pixel / W % H, w = pixel % W;
    const real through_row = du[(n * (H + W) + h) * C + c] / static_cast<real>(W);
    const real through_column = du[(n * (H + W) + H + w) * C + c] / static_cast<real>(H);
    dx.write(pixel * C + c, through_row + through_column);
  });
}

void scale_strips_forward(real* y, const real* x, const real* a, const real* b, int64_t N, int64_t H,
                          int64_t W, int64_t C) {
  for_each_index(N * H * W, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t row = pixel / W, column = pixel / (H * W) * W + pixel % W;
    y[pixel * C + c] = x[pixel * C + c] * a[row * C + c] * b[column * C + c];
  });
}

void scale_strips_dx(GradSlot dx, const real* dy, const real* a, const real* b, int64_t N, int64_t H,
                     int64_t W, int64_t C) {
  for_each_index(N * H * W, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t row = pixel / W, column = pixel / (H * W) * W + pixel % W;
    dx.write(pixel * C + c, dy[pixel * C + c] * a[row * C + c] * b[column * C + c]);
  });
}

static void scale_strips_da_one_image(GradSlot da, const real* dy, const real* x, const real* b, int64_t H,
                                      int64_t W, int64_t C) {
  if (!da.add) std::fill_n(da.data, H * C, real{0});
  for (int64_t h = 0; h < H; ++h) {
    for (int64_t w = 0; w < W; ++w) {
      const int64_t pixel = (h * W + w) * C;
      for (int64_t c = 0; c < C; ++c) da.data[h * C + c] += dy[pixel + c] * x[pixel + c] * b[w * C + c];
    }
  }
}

static void scale_strips_da_cpu(GradSlot da, const real* dy, const real* x, const real* b, int64_t N,
                                int64_t H, int64_t W, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    const int64_t image = n * H * W * C;
    scale_strips_da_one_image({da.data + n * H * C, da.add}, dy + image, x + image, b + n * W * C, H, W, C);
  }
}

void scale_strips_da(GradSlot da, const real* dy, const real* x, const real* b, int64_t N, int64_t H,
                     int64_t W, int64_t C) {
  ECA_TWIN(scale_strips_da_cpu, scale_strips_da_cpu, scale_strips_da_cuda)(da, dy, x, b, N, H, W, C);
}

static void scale_strips_db_one_image(GradSlot db, const real* dy, const real* x, const real* a, int64_t H,
                                      int64_t W, int64_t C) {
  if (!db.add) std::fill_n(db.data, W * C, real{0});
  for (int64_t h = 0; h < H; ++h) {
    for (int64_t w = 0; w < W; ++w) {
      const int64_t pixel = (h * W + w) * C;
      for (int64_t c = 0; c < C; ++c) db.data[w * C + c] += dy[pixel + c] * x[pixel + c] * a[h * C + c];
    }
  }
}

static void scale_strips_db_cpu(GradSlot db, const real* dy, const real* x, const real* a, int64_t N,
                                int64_t H, int64_t W, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    const int64_t image = n * H * W * C;
    scale_strips_db_one_image({db.data + n * W * C, db.add}, dy + image, x + image, a + n * H * C, H, W, C);
  }
}

void scale_strips_db(GradSlot db, const real* dy, const real* x, const real* a, int64_t N, int64_t H,
                     int64_t W, int64_t C) {
  ECA_TWIN(scale_strips_db_cpu, scale_strips_db_cpu, scale_strips_db_cuda)(db, dy, x, a, N, H, W, C);
}

// ---- another resolution ------------------------------------------------------------------------------

void upsample_nearest_forward(real* y, const real* x, int64_t N, int64_t h, int64_t w, int64_t H, int64_t W,
                              int64_t C) {
  for_each_index(N * H * W, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (H * W), i = pixel / W % H, j = pixel % W;
    y[pixel * C + c] = x[((n * h + i * h / H) * w + j * w / W) * C + c];
  });
}

static void upsample_dx_one_image(GradSlot dx, const real* dy, int64_t h, int64_t w, int64_t H, int64_t W,
                                  int64_t C) {
  if (!dx.add) std::fill_n(dx.data, h * w * C, real{0});
  for (int64_t i = 0; i < H; ++i) {
    for (int64_t j = 0; j < W; ++j) {
      const int64_t from = ((i * h / H) * w + j * w / W) * C;
      for (int64_t c = 0; c < C; ++c) dx.data[from + c] += dy[(i * W + j) * C + c];
    }
  }
}

static void upsample_nearest_dx_cpu(GradSlot dx, const real* dy, int64_t N, int64_t h, int64_t w, int64_t H,
                                    int64_t W, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    upsample_dx_one_image({dx.data + n * h * w * C, dx.add}, dy + n * H * W * C, h, w, H, W, C);
  }
}

void upsample_nearest_dx(GradSlot dx, const real* dy, int64_t N, int64_t h, int64_t w, int64_t H, int64_t W,
                         int64_t C) {
  ECA_TWIN(upsample_nearest_dx_cpu, upsample_nearest_dx_cpu, upsample_nearest_dx_cuda)
  (dx, dy, N, h, w, H, W, C);
}

}  // namespace eca::kernels
