// The end of a residual block, image by image. What changed against the plain twins: one affine map a channel
// instead of four steps a value, vectors of channels as SIMD lanes, which walk down the pixels of an image with
// their sums in registers.
#include "core/kernels/common/simd.hpp"
#include "core/kernels/fused/residual_tail.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

// One channel c, or a vector of them; pointers are to the first pixel of one image.
//   y = relu(a * x + b + r)        a = s * gamma * inv_std,  b = s * (beta - gamma * inv_std * mean)
template <class T>
void forward_channels(int64_t c, real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                      TailShape shape) {
  const T gate = s != nullptr ? load_as<T>(s + c) : T{} + 1;
  const T scale = load_as<T>(ch.gamma + c) * load_as<T>(ch.inv_std + c);
  const T a = gate * scale, b = gate * (load_as<T>(ch.beta + c) - scale * load_as<T>(ch.mean + c));
  for (int64_t i = c; i < shape.HW * shape.C; i += shape.C) {
    const T sum = a * load_as<T>(x + i) + b + load_as<T>(r + i);
    store(y + i, sum < 0 ? T{} : sum);
  }
}

void forward_one_image(int64_t n, real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                       TailShape shape) {
  const int64_t C = shape.C, start = n * shape.HW * C;
  const real* gates = s != nullptr ? s + n * C : nullptr;
  int64_t c = 0;
  for (; c + kLanes <= C; c += kLanes)
    forward_channels<vec>(c, y + start, x + start, r + start, gates, ch, shape);
  for (; c < C; ++c) forward_channels<real>(c, y + start, x + start, r + start, gates, ch, shape);
}

//   g          = dy where y > 0, else 0
//   sum_g      = sum_p g
//   sum_g_xhat = sum_p g * (x - mean) * inv_std
template <class T>
void g_channels(int64_t c, real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                const real* x, BatchNormChannels ch, TailShape shape) {
  const T mean = load_as<T>(ch.mean + c);
  T sum{}, sum_x{};
  for (int64_t i = c; i < shape.HW * shape.C; i += shape.C) {
    const T value = load_as<T>(y + i) > 0 ? load_as<T>(dy + i) : T{};
    store(g + i, value);
    sum += value;
    sum_x += value * (load_as<T>(x + i) - mean);
  }
  store(sum_g + c, sum);
  store(sum_g_xhat + c, sum_x * load_as<T>(ch.inv_std + c));
}

void g_one_image(int64_t n, real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                 const real* x, BatchNormChannels ch, TailShape shape) {
  const int64_t C = shape.C, start = n * shape.HW * C;
  g += start, dy += start, y += start, x += start, sum_g += n * C, sum_g_xhat += n * C;
  int64_t c = 0;
  for (; c + kLanes <= C; c += kLanes) g_channels<vec>(c, g, sum_g, sum_g_xhat, dy, y, x, ch, shape);
  for (; c < C; ++c) g_channels<real>(c, g, sum_g, sum_g_xhat, dy, y, x, ch, shape);
}

//   dx = factor * g + slope * x + offset
template <class T>
void dx_channels(int64_t c, GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                 const real* offset, TailShape shape) {
  const T f = load_as<T>(factor + c), a = load_as<T>(slope + c), b = load_as<T>(offset + c);
  for (int64_t i = c; i < shape.HW * shape.C; i += shape.C) {
    const T value = f * load_as<T>(g + i) + (a * load_as<T>(x + i) + b);
    store(dx.data + i, dx.add ? load_as<T>(dx.data + i) + value : value);
  }
}

void dx_one_image(int64_t n, GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                  const real* offset, TailShape shape) {
  const int64_t C = shape.C, start = n * shape.HW * C;
  dx.data += start, g += start, x += start, factor += n * C, offset += n * C;
  int64_t c = 0;
  for (; c + kLanes <= C; c += kLanes) dx_channels<vec>(c, dx, g, x, factor, slope, offset, shape);
  for (; c < C; ++c) dx_channels<real>(c, dx, g, x, factor, slope, offset, shape);
}

}  // namespace

void residual_tail_forward_fast(real* y, const real* x, const real* r, const real* s, BatchNormChannels ch,
                                TailShape shape) {
#pragma omp parallel for schedule(static) num_threads(threads_for(shape.N))
  for (int64_t n = 0; n < shape.N; ++n) forward_one_image(n, y, x, r, s, ch, shape);
}

void residual_tail_g_fast(real* g, real* sum_g, real* sum_g_xhat, const real* dy, const real* y,
                          const real* x, BatchNormChannels ch, TailShape shape) {
#pragma omp parallel for schedule(static) num_threads(threads_for(shape.N))
  for (int64_t n = 0; n < shape.N; ++n) g_one_image(n, g, sum_g, sum_g_xhat, dy, y, x, ch, shape);
}

void residual_tail_dx_fast(GradSlot dx, const real* g, const real* x, const real* factor, const real* slope,
                           const real* offset, TailShape shape) {
#pragma omp parallel for schedule(static) num_threads(threads_for(shape.N))
  for (int64_t n = 0; n < shape.N; ++n) dx_one_image(n, dx, g, x, factor, slope, offset, shape);
}

}  // namespace eca::kernels
