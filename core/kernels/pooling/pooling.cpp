// The plain loops, one image a task: pooling is a small share of every network here, so there is no fast twin.
#include "core/kernels/pooling/pooling.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/kernels/pooling/pooling_window.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

static void max_pool_forward_one_image(int64_t n, real* y, const real* x, const PoolShape& s) {
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      const Window window = window_at(oh, ow, s);
      real* out = y + ((n * s.OH() + oh) * s.OW() + ow) * s.C;
      std::fill_n(out, s.C, -std::numeric_limits<real>::infinity());
      for (int64_t h = window.h0; h < window.h1; ++h) {
        for (int64_t w = window.w0; w < window.w1; ++w) {
          const real* in = x + ((n * s.H + h) * s.W + w) * s.C;
          for (int64_t c = 0; c < s.C; ++c)
            out[c] = in[c] > out[c] || in[c] != in[c] ? in[c] : out[c];  // keeps NaN
        }
      }
    }
  }
}

static void max_pool_forward_cpu(real* y, const real* x, const PoolShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) max_pool_forward_one_image(n, y, x, s);
}

void max_pool_forward(real* y, const real* x, const PoolShape& s) {
  ECA_TWIN(max_pool_forward_cpu, max_pool_forward_cpu, max_pool_forward_cuda)(y, x, s);
}

//   dx[n,h,w,c] += dy[n,oh,ow,c] for the first x of the window that equals y
static void max_pool_dx_one_image(int64_t n, GradSlot dx, const real* dy, const real* x, const real* y,
                                  const PoolShape& s) {
  const int64_t image = s.H * s.W * s.C;
  if (!dx.add) std::fill_n(dx.data + n * image, image, real{0});
  std::vector<real> left(static_cast<size_t>(s.C));  // of the window's dy, what has not found its x
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      const Window window = window_at(oh, ow, s);
      const int64_t out = ((n * s.OH() + oh) * s.OW() + ow) * s.C;
      std::copy_n(dy + out, s.C, left.data());
      for (int64_t h = window.h0; h < window.h1; ++h) {
        for (int64_t w = window.w0; w < window.w1; ++w) {
          const int64_t in = ((n * s.H + h) * s.W + w) * s.C;
          for (int64_t c = 0; c < s.C; ++c) {
            const auto k = static_cast<size_t>(c);
            const bool found = x[in + c] == y[out + c];
            dx.data[in + c] += found ? left[k] : real{0};
            left[k] = found ? real{0} : left[k];
          }
        }
      }
    }
  }
}

static void max_pool_dx_cpu(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) max_pool_dx_one_image(n, dx, dy, x, y, s);
}

void max_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& s) {
  ECA_TWIN(max_pool_dx_cpu, max_pool_dx_cpu, max_pool_dx_cuda)(dx, dy, x, y, s);
}

static void average_pool_forward_one_image(int64_t n, real* y, const real* x, const PoolShape& s) {
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      const Window window = window_at(oh, ow, s);
      real* out = y + ((n * s.OH() + oh) * s.OW() + ow) * s.C;
      std::fill_n(out, s.C, real{0});
      for (int64_t h = window.h0; h < window.h1; ++h) {
        for (int64_t w = window.w0; w < window.w1; ++w) {
          const real* in = x + ((n * s.H + h) * s.W + w) * s.C;
          for (int64_t c = 0; c < s.C; ++c) out[c] += in[c];
        }
      }
      for (int64_t c = 0; c < s.C; ++c) out[c] /= static_cast<real>(window.divisor);
    }
  }
}

static void average_pool_forward_cpu(real* y, const real* x, const PoolShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) average_pool_forward_one_image(n, y, x, s);
}

void average_pool_forward(real* y, const real* x, const PoolShape& s) {
  ECA_TWIN(average_pool_forward_cpu, average_pool_forward_cpu, average_pool_forward_cuda)(y, x, s);
}

//   dx[n,h,w,c] += dy[n,oh,ow,c] / divisor for every x of the window
static void average_pool_dx_one_image(int64_t n, GradSlot dx, const real* dy, const PoolShape& s) {
  const int64_t image = s.H * s.W * s.C;
  if (!dx.add) std::fill_n(dx.data + n * image, image, real{0});
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      const Window window = window_at(oh, ow, s);
      const real* from = dy + ((n * s.OH() + oh) * s.OW() + ow) * s.C;
      for (int64_t h = window.h0; h < window.h1; ++h) {
        for (int64_t w = window.w0; w < window.w1; ++w) {
          real* to = dx.data + ((n * s.H + h) * s.W + w) * s.C;
          for (int64_t c = 0; c < s.C; ++c) to[c] += from[c] / static_cast<real>(window.divisor);
        }
      }
    }
  }
}

static void average_pool_dx_cpu(GradSlot dx, const real* dy, const PoolShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) average_pool_dx_one_image(n, dx, dy, s);
}

void average_pool_dx(GradSlot dx, const real* dy, const PoolShape& s) {
  ECA_TWIN(average_pool_dx_cpu, average_pool_dx_cpu, average_pool_dx_cuda)(dx, dy, s);
}

static void global_average_pool_one_image(real* y, const real* x, int64_t HW, int64_t C) {
  std::fill_n(y, C, real{0});
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) y[c] += x[p * C + c];
  }
  for (int64_t c = 0; c < C; ++c) y[c] /= static_cast<real>(HW);
}

static void global_average_pool_forward_cpu(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) global_average_pool_one_image(y + n * C, x + n * HW * C, HW, C);
}

void global_average_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(global_average_pool_forward_cpu, global_average_pool_forward_cpu, global_average_pool_forward_cuda)
  (y, x, N, HW, C);
}

void global_average_pool_dx(GradSlot dx, const real* dy, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    dx.write(pixel * C + c, dy[pixel / HW * C + c] / static_cast<real>(HW));
  });
}

}  // namespace eca::kernels
