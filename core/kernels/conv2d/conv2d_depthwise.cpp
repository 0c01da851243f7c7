// Depthwise convolution: each channel by itself, groups == I == O. A matrix product would have one column, so the
// plain sums are taken directly, with channels as the SIMD lanes. Sums run over (kh,kw) as in the plain twin.
#include <algorithm>

#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

// Kernel positions first..last-1 that meet the image, for an output pixel at `out` along an axis of length `extent`.
struct Taps {
  int64_t first, last;
};

Taps taps_inside(int64_t out, int64_t extent, int64_t kernel, const Conv2dShape& s) {
  const int64_t begin = out * s.stride - s.padding;
  const int64_t first = begin < 0 ? (-begin + s.dilation - 1) / s.dilation : 0;
  const int64_t last = begin < extent ? (extent - begin + s.dilation - 1) / s.dilation : 0;
  return {std::min(first, kernel), std::min(last, kernel)};
}

// One output pixel, at y[out]; channels c and, where T is a vector, those after it. (h,v) is the input pixel under
// the first tap.
template <class T>
void forward_channels(int64_t c, const Conv2dOutput& y, int64_t out, const real* x, const real* w, Taps rows,
                      Taps columns, int64_t h, int64_t v, const Conv2dShape& s) {
  T sum = y.bias != nullptr ? load_as<T>(y.bias + c) : T{};
  for (int64_t kh = rows.first; kh < rows.last; ++kh) {
    for (int64_t kw = columns.first; kw < columns.last; ++kw) {
      const real* from = x + ((h + kh * s.dilation) * s.W + v + kw * s.dilation) * s.I + c;
      sum += load_as<T>(from) * load_as<T>(w + (kh * s.KW + kw) * s.O + c);
    }
  }
  if (y.plus != nullptr) sum += load_as<T>(y.plus + out + c);
  store(y.y + out + c, y.relu ? (sum < 0 ? T{} : sum) : sum);
}

void forward_one_image(int64_t n, const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s) {
  const int64_t OH = s.OH(), OW = s.OW(), C = s.O;
  const real* image = x + n * s.H * s.W * C;
  for (int64_t oh = 0; oh < OH; ++oh) {
    const Taps rows = taps_inside(oh, s.H, s.KH, s);
    for (int64_t ow = 0; ow < OW; ++ow) {
      const Taps columns = taps_inside(ow, s.W, s.KW, s);
      const int64_t out = ((n * OH + oh) * OW + ow) * C;
      const int64_t h = oh * s.stride - s.padding, v = ow * s.stride - s.padding;
      int64_t c = 0;
      for (; c + kLanes <= C; c += kLanes) forward_channels<vec>(c, y, out, image, w, rows, columns, h, v, s);
      for (; c < C; ++c) forward_channels<real>(c, y, out, image, w, rows, columns, h, v, s);
    }
  }
}

// Calls visit(out, in, tap) for every product of image n, one of y[out + c] = ... + x[in + c] * w[tap + c].
template <class Visit>
void for_each_product(int64_t n, const Conv2dShape& s, const Visit& visit) {
  const int64_t OH = s.OH(), OW = s.OW(), C = s.O;
  for (int64_t oh = 0; oh < OH; ++oh) {
    const Taps rows = taps_inside(oh, s.H, s.KH, s);
    for (int64_t ow = 0; ow < OW; ++ow) {
      const Taps columns = taps_inside(ow, s.W, s.KW, s);
      for (int64_t kh = rows.first; kh < rows.last; ++kh) {
        for (int64_t kw = columns.first; kw < columns.last; ++kw) {
          const int64_t h = oh * s.stride - s.padding + kh * s.dilation;
          const int64_t v = ow * s.stride - s.padding + kw * s.dilation;
          visit(((n * OH + oh) * OW + ow) * C, ((n * s.H + h) * s.W + v) * C, (kh * s.KW + kw) * C);
        }
      }
    }
  }
}

//   dx[in + c] += dy[out + c] * w[tap + c]
void dx_one_image(int64_t n, GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  const int64_t image = s.H * s.W * s.O;
  if (!dx.add) std::fill_n(dx.data + n * image, image, real{0});
  for_each_product(n, s, [&](int64_t out, int64_t in, int64_t tap) {
    for (int64_t c = 0; c < s.O; ++c) dx.data[in + c] += dy[out + c] * w[tap + c];
  });
}

//   dw[tap + c] += dy[out + c] * x[in + c]
void dw_add_one_image(int64_t n, real* dw, const real* dy, const real* x, const Conv2dShape& s) {
  for_each_product(n, s, [&](int64_t out, int64_t in, int64_t tap) {
    for (int64_t c = 0; c < s.O; ++c) dw[tap + c] += dy[out + c] * x[in + c];
  });
}

}  // namespace

bool is_depthwise(const Conv2dShape& s) { return s.groups > 1 && s.groups == s.I && s.I == s.O; }

void conv2d_forward_depthwise(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) forward_one_image(n, y, x, w, s);
}

void conv2d_dx_depthwise(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) dx_one_image(n, dx, dy, w, s);
}

void conv2d_dw_depthwise(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s) {
  sum_images(dw, s.K() * s.O, s.N, [&](int64_t n, real* sums) { dw_add_one_image(n, sums, dy, x, s); });
}

}  // namespace eca::kernels
