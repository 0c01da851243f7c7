// Pooling on a GPU: an index is one element of what is written, so the backwards gather what the windows over a pixel were given.
#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/kernels/pooling/pooling.hpp"

namespace eca::kernels {

namespace {

// One window along one axis, as far as it lies inside the image.
struct Span {
  int64_t first, last;  // first..last-1
};

ECA_DEVICE Span window(int64_t out, int64_t kernel, int64_t stride, int64_t padding, int64_t extent) {
  const int64_t from = out * stride - padding, to = from + kernel;
  return {from < 0 ? 0 : from, to < extent ? to : extent};
}

// The windows along one axis that hold place `at`.
ECA_DEVICE Span windows_over(int64_t at, int64_t kernel, int64_t stride, int64_t padding, int64_t outputs) {
  const int64_t reach =
      at + padding - kernel;  // the last window's place that ends before `at`, times the stride
  const int64_t first = reach < 0 ? 0 : reach / stride + 1, last = (at + padding) / stride + 1;
  return {first, last < outputs ? last : outputs};
}

ECA_DEVICE int64_t divisor(const PoolShape& s, Span h, Span w) {
  return s.count_padding ? s.kernel * s.kernel : (h.last - h.first) * (w.last - w.first);
}

}  // namespace

void max_pool_forward_cuda(real* y, const real* x, const PoolShape& shape) {
  const PoolShape s = shape;
  const int64_t OH = s.OH(), OW = s.OW();
  for_each_index(s.N * OH * OW, s.C, [=] ECA_DEVICE(int64_t p, int64_t c) {
    const Span rows = window(p / OW % OH, s.kernel, s.stride, s.padding, s.H);
    const Span columns = window(p % OW, s.kernel, s.stride, s.padding, s.W);
    const real* image = x + p / (OH * OW) * s.H * s.W * s.C + c;
    real largest = image[(rows.first * s.W + columns.first) * s.C];
    for (int64_t h = rows.first; h < rows.last; ++h) {
      for (int64_t w = columns.first; w < columns.last; ++w) {
        const real value = image[(h * s.W + w) * s.C];
        if (value > largest || value != value) largest = value;  // keeps NaN
      }
    }
    y[p * s.C + c] = largest;
  });
}

void max_pool_dx_cuda(GradSlot dx, const real* dy, const real* x, const real* y, const PoolShape& shape) {
  const PoolShape s = shape;
  const int64_t OH = s.OH(), OW = s.OW();
  for_each_index(s.N * s.H * s.W, s.C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (s.H * s.W), h = pixel / s.W % s.H, w = pixel % s.W;
    const real* image = x + n * s.H * s.W * s.C + c;
    const Span out_rows = windows_over(h, s.kernel, s.stride, s.padding, OH);
    const Span out_columns = windows_over(w, s.kernel, s.stride, s.padding, OW);
    real sum = 0;
    for (int64_t oh = out_rows.first; oh < out_rows.last; ++oh) {
      for (int64_t ow = out_columns.first; ow < out_columns.last; ++ow) {
        const int64_t out = ((n * OH + oh) * OW + ow) * s.C + c;
        // Whether this is the first of the window that equals y.
        const Span rows = window(oh, s.kernel, s.stride, s.padding, s.H);
        const Span columns = window(ow, s.kernel, s.stride, s.padding, s.W);
        bool first = image[(h * s.W + w) * s.C] == y[out];
        for (int64_t i = rows.first; first && i <= h; ++i) {
          for (int64_t j = columns.first; first && j < (i < h ? columns.last : w); ++j) {
            first = image[(i * s.W + j) * s.C] != y[out];
          }
        }
        if (first) sum += dy[out];
      }
    }
    dx.write(pixel * s.C + c, sum);
  });
}

void average_pool_forward_cuda(real* y, const real* x, const PoolShape& shape) {
  const PoolShape s = shape;
  const int64_t OH = s.OH(), OW = s.OW();
  for_each_index(s.N * OH * OW, s.C, [=] ECA_DEVICE(int64_t p, int64_t c) {
    const Span rows = window(p / OW % OH, s.kernel, s.stride, s.padding, s.H);
    const Span columns = window(p % OW, s.kernel, s.stride, s.padding, s.W);
    const real* image = x + p / (OH * OW) * s.H * s.W * s.C + c;
    real sum = 0;
    for (int64_t h = rows.first; h < rows.last; ++h) {
      for (int64_t w = columns.first; w < columns.last; ++w) sum += image[(h * s.W + w) * s.C];
    }
    y[p * s.C + c] = sum / static_cast<real>(divisor(s, rows, columns));
  });
}

void average_pool_dx_cuda(GradSlot dx, const real* dy, const PoolShape& shape) {
  const PoolShape s = shape;
  const int64_t OH = s.OH(), OW = s.OW();
  for_each_index(s.N * s.H * s.W, s.C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (s.H * s.W), h = pixel / s.W % s.H, w = pixel % s.W;
    const Span out_rows = windows_over(h, s.kernel, s.stride, s.padding, OH);
    const Span out_columns = windows_over(w, s.kernel, s.stride, s.padding, OW);
    real sum = 0;
    for (int64_t oh = out_rows.first; oh < out_rows.last; ++oh) {
      for (int64_t ow = out_columns.first; ow < out_columns.last; ++ow) {
        const Span rows = window(oh, s.kernel, s.stride, s.padding, s.H);
        const Span columns = window(ow, s.kernel, s.stride, s.padding, s.W);
        sum += dy[((n * OH + oh) * OW + ow) * s.C + c] / static_cast<real>(divisor(s, rows, columns));
      }
    }
    dx.write(pixel * s.C + c, sum);
  });
}

void global_average_pool_forward_cuda(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
  sum_in_ranges<1>(
      HW, N * C,
      [=] ECA_DEVICE(int64_t p, int64_t nc, double* sum) {
        *sum += static_cast<double>(x[(nc / C * HW + p) * C + nc % C]);
      },
      [=] ECA_DEVICE(int64_t nc, const double* sum) {
        y[nc] = static_cast<real>(*sum / static_cast<double>(HW));
      });
}

}  // namespace eca::kernels
