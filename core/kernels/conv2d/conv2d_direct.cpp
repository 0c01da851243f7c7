// Direct convolution for narrow layers: output channels are the SIMD lanes, and a block of pixels keeps its sums
// in registers. What changed against the plain loops: one padded copy of each image takes the conditions out of
// the inner loop, and each weight vector that is loaded serves a whole block of pixels. Against im2col + GEMM it
// reads the input once instead of KH*KW times and packs nothing. Sums run over (kh,kw,i), as in the plain twin.
#include <algorithm>

#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/parallel/task_shares.hpp"

namespace eca::kernels {

namespace {

constexpr int kPixels = kVectorRegisters / 2;  // of sums, for one vector of channels; half as many for two

int64_t padded_width(const Conv2dShape& s) { return s.W + 2 * s.padding; }

// Rows of image n under the output rows first..last-1, with their zeros around: (rows, W + 2 padding, I).
const real* padded_rows(const real* x, const Conv2dShape& s, int64_t n, int64_t first, int64_t last) {
  const int64_t begin = first * s.stride - s.padding;
  const int64_t rows = (last - 1 - first) * s.stride + (s.KH - 1) * s.dilation + 1;
  const int64_t width = padded_width(s) * s.I, edge = s.padding * s.I;
  real* padded = scratch(Scratch::padded, rows * width);
  for (int64_t r = 0; r < rows; ++r) {
    real* out = padded + r * width;
    const int64_t h = begin + r;
    if (h < 0 || h >= s.H) {
      std::fill_n(out, width, real{0});
      continue;
    }
    std::fill_n(out, edge, real{0});
    std::copy_n(x + (n * s.H + h) * s.W * s.I, s.W * s.I, out + edge);
    std::fill_n(out + width - edge, edge, real{0});
  }
  return padded;
}

// P pixels of one output row, the first of which begins at y[out], and V vectors of channels from o on; x points
// at the padded pixel under the first one.
template <int P, int V>
void forward_block(const Conv2dOutput& y, int64_t out, int64_t o, const real* x, const real* w,
                   const Conv2dShape& s) {
  w += o;
  vec sums[P][V] = {};
  const int64_t step = s.stride * s.I;
  for (int64_t kh = 0; kh < s.KH; ++kh) {
    for (int64_t kw = 0; kw < s.KW; ++kw) {
      const real* tap = x + (kh * padded_width(s) + kw) * s.dilation * s.I;
      for (int64_t i = 0; i < s.I; ++i, w += s.O) {
        vec weights[V];
        for (int v = 0; v < V; ++v) weights[v] = load(w + v * kLanes);
        for (int p = 0; p < P; ++p) {
          for (int v = 0; v < V; ++v) sums[p][v] += tap[p * step + i] * weights[v];
        }
      }
    }
  }
  for (int v = 0; v < V; ++v) {
    const int64_t channel = o + v * kLanes;
    const Finish finish(y, channel);
    for (int p = 0; p < P; ++p) finish(out + p * s.O + channel, sums[p][v]);
  }
}

template <int V>
void forward_row(const Conv2dOutput& y, int64_t out, int64_t o, const real* x, const real* w,
                 const Conv2dShape& s) {
  constexpr int P = kPixels / V;
  const int64_t OW = s.OW(), step = s.stride * s.I;
  int64_t ow = 0;
  for (; ow + P <= OW; ow += P) forward_block<P, V>(y, out + ow * s.O, o, x + ow * step, w, s);
  for (; ow + 4 <= OW; ow += 4) forward_block<4, V>(y, out + ow * s.O, o, x + ow * step, w, s);
  for (; ow < OW; ++ow) forward_block<1, V>(y, out + ow * s.O, o, x + ow * step, w, s);
}

void forward_one_image(int64_t n, const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s) {
  const int64_t OH = s.OH(), OW = s.OW();
  const real* padded = padded_rows(x, s, n, 0, OH);
  for (int64_t oh = 0; oh < OH; ++oh) {
    const int64_t out = (n * OH + oh) * OW * s.O;
    const real* row = padded + oh * s.stride * padded_width(s) * s.I;
    int64_t o = 0;
    for (; o + 2 * kLanes <= s.O; o += 2 * kLanes) forward_row<2>(y, out, o, row, w, s);
    for (; o < s.O; o += kLanes) forward_row<1>(y, out, o, row, w, s);
  }
  if (y.image_mean != nullptr) {
    moments_of_one_image(y.image_mean + n * s.O, y.image_squares + n * s.O, y.y + n * OH * OW * s.O, OH * OW,
                         s.O);
  }
}

// For the pixels p of one output row, I inputs and V vectors of output channels:
//   dw[i,v] += sum_p x[p*stride,i] * dy[p,v]
template <int I, int V>
void dw_block(real* dw, const real* dy, const real* x, int64_t pixels, const Conv2dShape& s) {
  vec sums[I][V];
  for (int i = 0; i < I; ++i) {
    for (int v = 0; v < V; ++v) sums[i][v] = load(dw + i * s.O + v * kLanes);
  }
  const int64_t step = s.stride * s.I;
  for (int64_t p = 0; p < pixels; ++p, x += step, dy += s.O) {
    vec gradients[V];
    for (int v = 0; v < V; ++v) gradients[v] = load(dy + v * kLanes);
    for (int i = 0; i < I; ++i) {
      for (int v = 0; v < V; ++v) sums[i][v] += x[i] * gradients[v];
    }
  }
  for (int i = 0; i < I; ++i) {
    for (int v = 0; v < V; ++v) store(dw + i * s.O + v * kLanes, sums[i][v]);
  }
}

template <int V>
void dw_inputs(real* dw, const real* dy, const real* x, int64_t inputs, int64_t pixels,
               const Conv2dShape& s) {
  constexpr int I = std::min(kPixels / V, 8);  // 8: most of the stem's nine inputs in one block
  int64_t i = 0;
  for (; i + I <= inputs; i += I) dw_block<I, V>(dw + i * s.O, dy, x + i, pixels, s);
  for (; i < inputs; ++i) dw_block<1, V>(dw + i * s.O, dy, x + i, pixels, s);
}

// Adds the share of one image to dw, row by row, so that a row of x and dy stays in the L1 cache for all taps.
// Taps side by side read inputs side by side, and are one long tap where no dilation parts them.
void dw_add_one_image(int64_t n, real* dw, const real* dy, const real* x, const Conv2dShape& s) {
  const int64_t OH = s.OH(), OW = s.OW();
  const real* padded = padded_rows(x, s, n, 0, OH);
  const int64_t taps = s.dilation == 1 ? s.KW : 1, inputs = taps * s.I;
  for (int64_t oh = 0; oh < OH; ++oh) {
    const real* dy_row = dy + (n * OH + oh) * OW * s.O;
    for (int64_t kh = 0; kh < s.KH; ++kh) {
      for (int64_t kw = 0; kw < s.KW; kw += taps) {
        const real* x_row =
            padded + ((oh * s.stride + kh * s.dilation) * padded_width(s) + kw * s.dilation) * s.I;
        real* out = dw + (kh * s.KW + kw) * s.I * s.O;
        int64_t o = 0;
        for (; o + 2 * kLanes <= s.O; o += 2 * kLanes)
          dw_inputs<2>(out + o, dy_row + o, x_row, inputs, OW, s);
        for (; o < s.O; o += kLanes) dw_inputs<1>(out + o, dy_row + o, x_row, inputs, OW, s);
      }
    }
  }
}

}  // namespace

void conv2d_forward_direct(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s) {
  TaskShares shares(s.N);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t n; shares.take(n);) forward_one_image(n, y, x, w, s);
}

void conv2d_dw_direct(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s) {
  sum_images(dw, s.K() * s.O, s.N, [&](int64_t n, real* sums) { dw_add_one_image(n, sums, dy, x, s); });
}

}  // namespace eca::kernels
