// Pooling on a GPU: an index is one element of what is written, so the backwards gather what the windows over a pixel were given.
#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/kernels/pooling/pooling_window.hpp"

namespace eca::kernels {

namespace {

// The windows along one axis that hold place `at`: first..last-1.
struct Span {
  int64_t first, last;
};

ECA_DEVICE Span windows_over(int64_t at, const PoolShape& s, int64_t outputs) {
  const int64_t before = at + s.padding - s.kernel;  // where a window begins that ends just before `at`
  const int64_t first = before < 0 ? 0 : before / s.stride + 1, last = (at + s.padding) / s.stride + 1;
  return {first, std::min(last, outputs)};
}

// What term(window, out) gives for the windows over a pixel of x, added up; `out` counts the pixels of y.
template <class Term>
ECA_DEVICE real sum_over_windows(int64_t pixel, const PoolShape& s, const Term& term) {
  const int64_t n = pixel / (s.H * s.W), h = pixel / s.W % s.H, w = pixel % s.W;
  const Span rows = windows_over(h, s, s.OH()), columns = windows_over(w, s, s.OW());
  real sum = 0;
  for (int64_t oh = rows.first; oh < rows.last; ++oh) {
    for (int64_t ow = columns.first; ow < columns.last; ++ow) {
      sum += term(window_at(oh, ow, s), (n * s.OH() + oh) * s.OW() + ow);
    }
  }
  return sum;
}

// The window of pixel p of y, and where the image that it lies in begins in x, channel c.
ECA_DEVICE Window window_of(int64_t p, const PoolShape& s) {
  return window_at(p / s.OW() % s.OH(), p % s.OW(), s);
}
ECA_DEVICE int64_t image_of(int64_t p, int64_t c, const PoolShape& s) {
  return p / (s.OH() * s.OW()) * s.H * s.W * s.C + c;
}

}  // namespace

void max_pool_forward_cuda(real* y, const real* x, const PoolShape& shape) {
  const PoolShape s = shape;
  for_each_index(s.N * s.OH() * s.OW(), s.C, [=] ECA_DEVICE(int64_t p, int64_t c) {
    const Window window = window_of(p, s);
    const real* image = x + image_of(p, c, s);
    real largest = image[(window.h0 * s.W + window.w0) * s.C];
    for (int64_t h = window.h0; h < window.h1; ++h) {
      for (int64_t w = window.w0; w < window.w1; ++w) {
        const real value = image[(h * s.W + w) * s.C];
        if (value > largest || value != value) largest = value;  // keeps NaN
      }
    }
    y[p * s.C + c] = largest;
  });
}

void max_pool_dx_cuda(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& shape) {
  const PoolShape s = shape;
  for_each_index(s.N * s.H * s.W, s.C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t h = pixel / s.W % s.H, w = pixel % s.W;
    const real* image = x + pixel / (s.H * s.W) * s.H * s.W * s.C + c;
    // dy where this is the first of the window that equals y.
    const real sum = sum_over_windows(pixel, s, [&](const Window& window, int64_t out) {
      const real largest = y[out * s.C + c];
      bool first = image[(h * s.W + w) * s.C] == largest;
      for (int64_t i = window.h0; first && i <= h; ++i) {
        for (int64_t j = window.w0; first && j < (i < h ? window.w1 : w); ++j) {
          first = image[(i * s.W + j) * s.C] != largest;
        }
      }
      return first ? dy[out * s.C + c] : 0;
    });
    dx.write(pixel * s.C + c, sum);
  });
}

void average_pool_forward_cuda(real* y, const real* x, const PoolShape& shape) {
  const PoolShape s = shape;
  for_each_index(s.N * s.OH() * s.OW(), s.C, [=] ECA_DEVICE(int64_t p, int64_t c) {
    const Window window = window_of(p, s);
    const real* image = x + image_of(p, c, s);
    real sum = 0;
    for (int64_t h = window.h0; h < window.h1; ++h) {
      for (int64_t w = window.w0; w < window.w1; ++w) sum += image[(h * s.W + w) * s.C];
    }
    y[p * s.C + c] = sum / static_cast<real>(window.divisor);
  });
}

void average_pool_dx_cuda(GradSlot dx, const real* dy, const PoolShape& shape) {
  const PoolShape s = shape;
  for_each_index(s.N * s.H * s.W, s.C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const real sum = sum_over_windows(pixel, s, [&](const Window& window, int64_t out) {
      return dy[out * s.C + c] / static_cast<real>(window.divisor);
    });
    dx.write(pixel * s.C + c, sum);
  });
}

void global_average_pool_forward_cuda(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
  sum_over_pixels<1>(
      N, HW, C, [=] ECA_DEVICE(int64_t i, int64_t, double* sum) { *sum += static_cast<double>(x[i]); },
      [=] ECA_DEVICE(int64_t nc, const double* sum) {
        y[nc] = static_cast<real>(*sum / static_cast<double>(HW));
      });
}

}  // namespace eca::kernels
