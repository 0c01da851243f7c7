// Convolution on a GPU: a depthwise one directly, a 3x3 one by Winograd's algorithm where that pays, any other as matrix products
// through im2col. A 1x1 convolution of x as it lies needs no im2col. Numbering and formulas: core/kernels/conv2d/im2col.hpp.
#include <algorithm>

#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/sum_in_ranges.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/conv2d/im2col.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/kernels/winograd/winograd_weights.hpp"

namespace eca::kernels {

namespace {

// The most numbers that im2col lays out at a time: 64 MiB of floats.
constexpr int64_t kMostColumns = int64_t{1} << 24;

// The element of x (N,H,W,I), without its channel, under tap (kh,kw) of output pixel p, counted through all images; -1 outside.
ECA_DEVICE int64_t input_pixel(const Conv2dShape& s, int64_t OH, int64_t OW, int64_t p, int64_t kh,
                               int64_t kw) {
  const int64_t n = p / (OH * OW), oh = p / OW % OH, ow = p % OW;
  const int64_t h = oh * s.stride - s.padding + kh * s.dilation,
                v = ow * s.stride - s.padding + kw * s.dilation;
  if (h < 0 || h >= s.H || v < 0 || v >= s.W) return -1;
  return (n * s.H + h) * s.W + v;
}

// The output row (or column) whose tap k reads row (or column) h of x; -1: none.
ECA_DEVICE int64_t output_of(int64_t h, int64_t k, const Conv2dShape& s, int64_t extent) {
  const int64_t from = h + s.padding - k * s.dilation;
  if (from < 0 || from % s.stride != 0 || from / s.stride >= extent) return -1;
  return from / s.stride;
}

// What term(p, tap) gives for the output pixels p that read a pixel of x, with tap kh*KW + kw, added up.
template <class Term>
ECA_DEVICE real sum_over_readers(int64_t pixel, const Conv2dShape& s, const Term& term) {
  const int64_t n = pixel / (s.H * s.W), h = pixel / s.W % s.H, v = pixel % s.W, OH = s.OH(), OW = s.OW();
  real sum = 0;
  for (int64_t kh = 0; kh < s.KH; ++kh) {
    const int64_t oh = output_of(h, kh, s, OH);
    for (int64_t kw = 0; oh >= 0 && kw < s.KW; ++kw) {
      const int64_t ow = output_of(v, kw, s, OW);
      if (ow >= 0) sum += term((n * OH + oh) * OW + ow, kh * s.KW + kw);
    }
  }
  return sum;
}

// ---- im2col ------------------------------------------------------------------------------------------

// columns (last-first,K) of one group for the output pixels first..last-1.
void lay_out_columns(real* columns, const Conv2dInput& input, const Conv2dShape& shape, int64_t group,
                     int64_t first, int64_t last) {
  const Conv2dShape s = shape;
  const Conv2dInput x = input;
  const int64_t Ig = s.group_inputs(), K = s.K(), OH = s.OH(), OW = s.OW();
  for_each_index(last - first, K, [=] ECA_DEVICE(int64_t p, int64_t k) {
    const int64_t tap = k / Ig, c = group * Ig + k % Ig;
    const int64_t pixel = input_pixel(s, OH, OW, first + p, tap / s.KW, tap % s.KW);
    columns[p * K + k] = pixel < 0 ? 0 : x.at(pixel * s.I + c, c);
  });
}

Matrix columns_of(const Conv2dInput& x, const Conv2dShape& s, int64_t group, int64_t first, int64_t last) {
  if (x.scale == nullptr && columns_are_x(s)) return {x.x + first * s.I, s.I};
  real* columns = scratch(Scratch::columns, (last - first) * s.K());
  lay_out_columns(columns, x, s, group, first, last);
  return {columns, s.K()};
}

int64_t pixels_of_piece(const Conv2dShape& s) { return std::max<int64_t>(1, kMostColumns / s.K()); }

void forward_by_products(real* y, real beta, const Conv2dInput& x, const real* w, const Conv2dShape& s) {
  const int64_t pixels = s.N * s.OH() * s.OW(), Og = s.group_outputs(), piece = pixels_of_piece(s);
  for (int64_t first = 0; first < pixels; first += piece) {
    const int64_t last = std::min(pixels, first + piece);
    for (int64_t group = 0; group < s.groups; ++group) {
      gemm_cuda(last - first, Og, s.K(), columns_of(x, s, group, first, last), {w + group * Og, s.O}, beta,
                y + first * s.O + group * Og, s.O);
    }
  }
}

// The transpose of im2col, gathered: every element of dx adds up what the taps over it were given.
void gather_columns(GradSlot dx, const real* columns, const Conv2dShape& shape, int64_t group,
                    int64_t first_image, int64_t images) {
  const Conv2dShape s = shape;
  const int64_t Ig = s.group_inputs(), K = s.K();
  for_each_index(images * s.H * s.W, Ig, [=] ECA_DEVICE(int64_t pixel, int64_t i) {
    const real sum =
        sum_over_readers(pixel, s, [&](int64_t p, int64_t tap) { return columns[p * K + tap * Ig + i]; });
    dx.write((first_image * s.H * s.W + pixel) * s.I + group * Ig + i, sum);
  });
}

void dx_by_products(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  const int64_t image = s.OH() * s.OW(), Og = s.group_outputs();
  if (columns_are_x(s)) {
    return gemm_cuda(s.N * image, s.I, s.O, {dy, s.O}, {w, s.O, Op::transpose}, dx.add, dx.data, s.I);
  }
  const int64_t piece = std::clamp<int64_t>(kMostColumns / (image * s.K()), 1, s.N);
  for (int64_t n = 0; n < s.N; n += piece) {
    const int64_t images = std::min(piece, s.N - n), pixels = images * image;
    real* columns = scratch(Scratch::columns, pixels * s.K());
    for (int64_t group = 0; group < s.groups; ++group) {
      gemm_cuda(pixels, s.K(), Og, {dy + n * image * s.O + group * Og, s.O},
                {w + group * Og, s.O, Op::transpose}, 0, columns, s.K());
      gather_columns(dx, columns, s, group, n, images);
    }
  }
}

void dw_by_products(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  const int64_t pixels = s.N * s.OH() * s.OW(), Og = s.group_outputs(), piece = pixels_of_piece(s);
  for (int64_t first = 0; first < pixels; first += piece) {
    const int64_t last = std::min(pixels, first + piece);
    for (int64_t group = 0; group < s.groups; ++group) {
      Matrix columns = columns_of(x, s, group, first, last);
      columns.op = Op::transpose;
      gemm_cuda(s.K(), Og, last - first, columns, {dy + first * s.O + group * Og, s.O}, dw.add || first > 0,
                dw.data + group * Og, s.O);
    }
  }
}

// ---- depthwise ---------------------------------------------------------------------------------------

void depthwise_forward(real* y, real beta, const Conv2dInput& input, const real* w,
                       const Conv2dShape& shape) {
  const Conv2dShape s = shape;
  const Conv2dInput x = input;
  const int64_t OH = s.OH(), OW = s.OW();
  for_each_index(s.N * OH * OW, s.O, [=] ECA_DEVICE(int64_t p, int64_t c) {
    real sum = beta == 0 ? 0 : y[p * s.O + c];
    for (int64_t kh = 0; kh < s.KH; ++kh) {
      for (int64_t kw = 0; kw < s.KW; ++kw) {
        const int64_t pixel = input_pixel(s, OH, OW, p, kh, kw);
        if (pixel >= 0) sum += x.at(pixel * s.I + c, c) * w[(kh * s.KW + kw) * s.O + c];
      }
    }
    y[p * s.O + c] = sum;
  });
}

void depthwise_dx(GradSlot dx, const real* dy, const real* w, const Conv2dShape& shape) {
  const Conv2dShape s = shape;
  for_each_index(s.N * s.H * s.W, s.I, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const real sum = sum_over_readers(
        pixel, s, [&](int64_t p, int64_t tap) { return dy[p * s.O + c] * w[tap * s.O + c]; });
    dx.write(pixel * s.I + c, sum);
  });
}

void depthwise_dw(GradSlot dw, const real* dy, const Conv2dInput& input, const Conv2dShape& shape) {
  const Conv2dShape s = shape;
  const Conv2dInput x = input;
  const int64_t OH = s.OH(), OW = s.OW();
  sum_in_ranges<1>(
      s.N * OH * OW, s.KH * s.KW * s.O,
      [=] ECA_DEVICE(int64_t p, int64_t weight, double* sum) {
        const int64_t tap = weight / s.O, c = weight % s.O;
        const int64_t pixel = input_pixel(s, OH, OW, p, tap / s.KW, tap % s.KW);
        if (pixel >= 0) *sum += static_cast<double>(dy[p * s.O + c] * x.at(pixel * s.I + c, c));
      },
      [=] ECA_DEVICE(int64_t weight, const double* sum) { dw.write(weight, static_cast<real>(*sum)); });
}

// The sums, and in a loop of its own what Conv2dOutput adds to them.
void forward_in_two_steps(const Conv2dOutput& output, const Conv2dInput& x, const real* w,
                          const Conv2dShape& s) {
  Conv2dOutput y = output;
  const real beta = y.plus == y.y ? 1 : 0;
  if (is_depthwise(s)) {
    depthwise_forward(y.y, beta, x, w, s);
  } else {
    forward_by_products(y.y, beta, x, w, s);
  }
  if (beta == 1) y.plus = nullptr;
  if (y.bias == nullptr && y.plus == nullptr && !y.relu) return;
  const int64_t O = s.O;
  for_each_index(s.N * s.OH() * s.OW(), O,
                 [=] ECA_DEVICE(int64_t p, int64_t o) { y.write(p * O + o, o, y.y[p * O + o]); });
}

// ---- the choice --------------------------------------------------------------------------------------

// How many multiplications take as long as moving one float to or from memory: 25 on an A100, 40 on an H100 by their data sheets.
constexpr int64_t kMove = 32;

// Winograd's algorithm multiplies less, but where channels are few its points are more numbers than the patches of im2col, and
// where tiles are few its weights are. All of them are written and read again. Serves dx and dw as well, which move and multiply
// the same in another order.
bool winograd_pays(const Conv2dShape& s) {
  if (!winograd_serves(s)) return false;
  const WinogradShape tiled = winograd_shape(s);
  const int64_t patches = s.N * s.OH() * s.OW() * s.K(), points = tiled.tiles() * tiled.points;
  const int64_t weights = kWinogradWeights * s.I * s.O;
  const int64_t by_im2col = 2 * patches * kMove + patches * s.O;
  const int64_t by_winograd = 2 * (points * (s.I + s.O) + weights) * kMove + points * s.I * s.O;
  return by_winograd < by_im2col;
}

}  // namespace

void conv2d_forward_cuda(const Conv2dOutput& output, const Conv2dInput& x, const real* w,
                         const Conv2dShape& s) {
  if (winograd_pays(s)) {
    conv2d_forward_winograd_cuda(output, x, w, s);
  } else {
    forward_in_two_steps(output, x, w, s);
  }
  if (output.image_mean != nullptr) {
    image_moments_cuda(output.image_mean, output.image_squares, output.y, s.N, s.OH() * s.OW(), s.O);
  }
}

void conv2d_dx_cuda(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  if (winograd_pays(s)) return conv2d_dx_winograd_cuda(dx, dy, w, s);
  is_depthwise(s) ? depthwise_dx(dx, dy, w, s) : dx_by_products(dx, dy, w, s);
}

void conv2d_dw_cuda(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  if (winograd_pays(s)) return conv2d_dw_winograd_cuda(dw, dy, x, s);
  is_depthwise(s) ? depthwise_dw(dw, dy, x, s) : dw_by_products(dw, dy, x, s);
}

}  // namespace eca::kernels
