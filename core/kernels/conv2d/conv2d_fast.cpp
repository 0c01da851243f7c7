// Chooses among the fast convolutions, and holds what several of them need.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/winograd/winograd_tiles.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

// The limits below are where one path overtakes the next, measured on AVX-512 and AVX2 (docs/performance.md).

bool winograd_serves(const Conv2dShape& s) {
  return s.KH == 3 && s.KW == 3 && s.dilation == 1 && s.groups == 1 &&
         ((s.stride == 1 && s.padding <= 2) || (s.stride == 2 && s.padding == 1));
}

bool winograd_fits(const Conv2dShape& s) {
  return winograd_serves(s) && s.I % kLanes == 0 && s.O % kLanes == 0;
}

// Tiles reach over the edge of images whose sides are not multiples of 4; on very small ones most of the work is for
// pixels that do not exist.
static bool winograd_pays(const Conv2dShape& s) {
  if (!winograd_fits(s)) return false;
  const WinogradShape tiled = winograd_shape(s);
  return 2 * s.N * s.OH() * s.OW() >= tiled.tiles() * tiled.tile * tiled.tile;
}

// The direct path reads each input once instead of KH*KW times, and packs nothing, but reads its weights again for
// every block of pixels and its sums for every row: it is for narrow layers.
static bool direct_fits(const Conv2dShape& s) { return s.groups == 1 && s.O % kLanes == 0; }

// Few tiles are few blocks, each of which reads all weights: too few for the threads, and too often. (Here the images at hand may
// decide, as both give the same bits.)
static ConvPath winograd_path(const Conv2dShape& s) {
  const bool few_tiles = winograd_shape(s).tiles() < 96;
  const bool wide = s.I * s.O > 256 * 256 || (s.I * s.O >= 128 * 128 && few_tiles);
  return wide ? ConvPath::winograd_wide : ConvPath::winograd;
}

// Each block of tiles reads and writes all of du, so wide pays earlier, and earlier still where the points of 128 images fit the
// last cache. (Not those of the images that are here: another number of processes must not take another path.)
static ConvPath winograd_dw_path(const Conv2dShape& s) {
  Conv2dShape batch = s;
  batch.N = 128;
  const bool wide =
      s.I * s.O > 128 * 128 || (s.I * s.O >= 64 * 64 && winograd_in_one_pass(winograd_shape(batch)));
  return wide ? ConvPath::winograd_wide : ConvPath::winograd;
}

ConvPath conv2d_forward_path(const Conv2dShape& s) {
  if (is_depthwise(s)) return ConvPath::depthwise;
  if (winograd_pays(s)) return winograd_path(s);
  return direct_fits(s) && s.O <= 4 * kLanes && s.K() <= 600 ? ConvPath::direct : ConvPath::im2col;
}

ConvPath conv2d_dx_path(const Conv2dShape& s) {
  if (is_depthwise(s)) return ConvPath::depthwise;
  if (dx_is_a_convolution(s)) return conv2d_forward_path(turned(s));
  if (winograd_pays(s)) return winograd_path(s);
  return ConvPath::im2col;
}

ConvPath conv2d_dw_path(const Conv2dShape& s) {
  if (is_depthwise(s)) return ConvPath::depthwise;
  if (winograd_pays(s)) return winograd_dw_path(s);
  return direct_fits(s) && s.O <= 2 * kLanes && s.OW() >= 8 ? ConvPath::direct : ConvPath::im2col;
}

bool dx_is_a_convolution(const Conv2dShape& s) {
  return s.stride == 1 && s.padding <= s.dilation * (s.KH - 1) && s.KH == s.KW;
}

Conv2dShape turned(const Conv2dShape& s) {
  return {.N = s.N,
          .H = s.OH(),
          .W = s.OW(),
          .I = s.O,
          .KH = s.KH,
          .KW = s.KW,
          .O = s.I,
          .padding = s.dilation * (s.KH - 1) - s.padding,
          .dilation = s.dilation,
          .groups = s.groups};
}

// to[c][r] = from[r][c], square by square: along whole rows of one, each number of the other is in a cache line of its own.
static void transpose(real* to, int64_t to_row, const real* from, int64_t from_row, int64_t rows,
                      int64_t columns) {
  constexpr int64_t kSide = 16;
  for (int64_t r0 = 0; r0 < rows; r0 += kSide) {
    for (int64_t c0 = 0; c0 < columns; c0 += kSide) {
      for (int64_t c = c0; c < std::min(c0 + kSide, columns); ++c) {
        for (int64_t r = r0; r < std::min(r0 + kSide, rows); ++r) to[c * to_row + r] = from[r * from_row + c];
      }
    }
  }
}

const real* flipped_weights(const real* w, const Conv2dShape& s) {
  const int64_t Ig = s.group_inputs(), Og = s.group_outputs(), taps = s.KH * s.KW;
  real* flipped = scratch(Scratch::flipped, taps * Og * s.I);
#pragma omp parallel for schedule(static) num_threads(threads_for(taps))
  for (int64_t tap = 0; tap < taps; ++tap) {
    for (int64_t g = 0; g < s.groups; ++g) {
      transpose(flipped + tap * Og * s.I + g * Ig, s.I, w + (taps - 1 - tap) * Ig * s.O + g * Og, s.O, Ig,
                Og);
    }
  }
  return flipped;
}

static bool is_winograd(ConvPath path) {
  return path == ConvPath::winograd || path == ConvPath::winograd_wide;
}

bool conv2d_takes_scale(const Conv2dShape& s) {
  if (kernel_mode() != KernelMode::fast) return true;
  return is_winograd(conv2d_forward_path(s)) && is_winograd(conv2d_dw_path(s));
}

static const real* as_it_is(const Conv2dInput& x) {
  if (x.scale != nullptr) throw Error("conv2d: only Winograd scales what it reads");
  return x.x;
}

void conv2d_forward_fast(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s) {
  switch (conv2d_forward_path(s)) {
    case ConvPath::im2col:
      conv2d_forward_im2col(y, as_it_is(x), w, s);
      break;
    case ConvPath::direct:
      return conv2d_forward_direct(y, as_it_is(x), w, s);
    case ConvPath::depthwise:
      conv2d_forward_depthwise(y, as_it_is(x), w, s);
      break;
    case ConvPath::winograd:
      return conv2d_forward_winograd(y, x, w, winograd_shape(s));
    case ConvPath::winograd_wide:
      return conv2d_forward_winograd_wide(y, x, w, winograd_shape(s));
  }
  if (y.image_mean != nullptr) {
    image_moments_fast(y.image_mean, y.image_squares, y.y, s.N, s.OH() * s.OW(), s.O);
  }
}

void conv2d_dx_fast(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  switch (conv2d_dx_path(s)) {
    case ConvPath::depthwise:
      return conv2d_dx_depthwise(dx, dy, w, s);
    case ConvPath::winograd:
      return conv2d_forward_winograd(added_to(dx), dy, flipped_weights(w, s), winograd_dx_shape(s));
    case ConvPath::winograd_wide:
      return conv2d_forward_winograd_wide(added_to(dx), dy, flipped_weights(w, s), winograd_dx_shape(s));
    case ConvPath::direct:
    case ConvPath::im2col:
      break;
  }
  if (!dx_is_a_convolution(s)) return conv2d_dx_im2col(dx, dy, w, s);
  conv2d_forward_fast(added_to(dx), dy, flipped_weights(w, s), turned(s));
}

void conv2d_dw_fast(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  switch (conv2d_dw_path(s)) {
    case ConvPath::im2col:
      return conv2d_dw_im2col(dw, dy, as_it_is(x), s);
    case ConvPath::direct:
      return conv2d_dw_direct(dw, dy, as_it_is(x), s);
    case ConvPath::depthwise:
      return conv2d_dw_depthwise(dw, dy, as_it_is(x), s);
    case ConvPath::winograd:
      return conv2d_dw_winograd(dw, dy, x, winograd_shape(s));
    case ConvPath::winograd_wide:
      return conv2d_dw_winograd_wide(dw, dy, x, winograd_shape(s));
  }
}

}  // namespace eca::kernels
