// Winograd's convolution on a GPU. The transforms are loops over tiles and channels (those of weights over pairs of channels)
// with the formulas of winograd.hpp and winograd_strided.hpp for single numbers; between them cuBLAS multiplies.
//
// Points lie as (points,tiles,channels), so all points of one weight are, one behind the other, the rows of a matrix. With stride
// 1 a tile has 36, each with a weight of its own: 36 products of one size, which are one call. With stride 2 it has 81, of which
// 25 have a weight of their own, 10 weights serve 4 each, and one serves 16: three calls. Weights and points are numbered so.
#include <algorithm>
#include <span>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/kernels/winograd/winograd_maps.hpp"
#include "core/kernels/winograd/winograd_weights.hpp"

namespace eca::kernels {

namespace {

// The most numbers that the points of the tiles of one piece are: 64 MiB of floats.
constexpr int64_t kMostPoints = int64_t{1} << 24;

// ---- how points and weights are numbered -------------------------------------------------------------

// Weights that are multiplied in one call: the first of them, with its first point, and how many points each serves.
struct Batch {
  int64_t first_weight, first_point;
  int64_t weights, points_of_each;
};
constexpr Batch kStride1[] = {{0, 0, 36, 1}};
constexpr Batch kStride2[] = {{0, 0, 25, 1}, {25, 25, 10, 4}, {35, 65, 1, 16}};

std::span<const Batch> batches(const WinogradShape& s) {
  if (s.maps == WinogradMaps::stride1) return kStride1;
  return kStride2;
}

// The number of row r and column c of a square whose first `own` rows and columns are of the first batch.
ECA_DEVICE constexpr int number_of(int r, int c, int own, int others) {
  if (r < own && c < own) return r * own + c;
  if (r < own) return own * own + r * others + (c - own);
  if (c < own) return own * own + (own + c) * others + (r - own);
  return own * own + 2 * own * others + (r - own) * others + (c - own);
}

// Of a point, and of a transformed weight (6,6).
template <class Maps>
ECA_DEVICE constexpr int point_at(int r, int c) {
  return number_of(r, c, Maps::kOwn, Maps::kPoints - Maps::kOwn);
}
template <class Maps>
ECA_DEVICE constexpr int weight_at(int r, int c) {
  return number_of(r, c, Maps::kOwn, 6 - Maps::kOwn);
}

// ---- transforms --------------------------------------------------------------------------------------

// Pixel (h,w) of image n, counted through all images (N,H,W); -1 outside.
ECA_DEVICE int64_t pixel_at(int64_t n, int64_t h, int64_t w, int64_t H, int64_t W) {
  return h < 0 || h >= H || w < 0 || w >= W ? -1 : (n * H + h) * W + w;
}

// u (36,I,O) = G w G^T, w (3,3,I,O). Flipped: of the kernel turned by 180 degrees.
template <class Maps>
const real* transform_weights(const real* w, int64_t pairs, bool flipped) {
  real* u = scratch(Scratch::weights, kWinogradWeights * pairs);
  for_each_index(pairs, [=] ECA_DEVICE(int64_t pair) {
    on_both_axes(
        Maps::weight, [&](int r, int c) { return w[(flipped ? 8 - (r * 3 + c) : r * 3 + c) * pairs + pair]; },
        [&](int r, int c, real value) { u[weight_at<Maps>(r, c) * pairs + pair] = value; });
  });
  return u;
}

// dw (3,3,I,O) = G^T du G, du (36,I,O)
template <class Maps>
void transform_du(GradSlot dw, const real* du, int64_t pairs) {
  for_each_index(pairs, [=] ECA_DEVICE(int64_t pair) {
    on_both_axes(
        Maps::weight_transposed, [&](int r, int c) { return du[weight_at<Maps>(r, c) * pairs + pair]; },
        [&](int r, int c, real value) { dw.write((r * 3 + c) * pairs + pair, value); });
  });
}

// points (points,tiles,I) = B^T d B, of so many tiles from the first on.
template <class Maps>
void transform_input(real* points, const Conv2dInput& input, int64_t first, int64_t tiles,
                     const WinogradShape& shape) {
  const WinogradShape s = shape;
  const Conv2dInput x = input;
  for_each_index(tiles, s.I, [=] ECA_DEVICE(int64_t t, int64_t i) {
    const WinogradTile tile = winograd_tile_at(first + t, s);
    const int64_t h = tile.row * Maps::kStep - s.padding, w = tile.column * Maps::kStep - s.padding;
    on_both_axes(
        Maps::input,
        [&](int r, int c) {
          const int64_t pixel = pixel_at(tile.n, h + r, w + c, s.H, s.W);
          return pixel < 0 ? 0 : x.at(pixel * s.I + i, i);
        },
        [&](int r, int c, real value) { points[(point_at<Maps>(r, c) * tiles + t) * s.I + i] = value; });
  });
}

// points (points,tiles,O) = A dy A^T
template <class Maps>
void transform_dy(real* points, const real* dy, int64_t first, int64_t tiles, const WinogradShape& shape) {
  const WinogradShape s = shape;
  for_each_index(tiles, s.O, [=] ECA_DEVICE(int64_t t, int64_t o) {
    const WinogradTile tile = winograd_tile_at(first + t, s);
    const int64_t h = tile.row * Maps::kTile, w = tile.column * Maps::kTile;
    on_both_axes(
        Maps::output_transposed,
        [&](int r, int c) {
          const int64_t pixel = pixel_at(tile.n, h + r, w + c, s.OH, s.OW);
          return pixel < 0 ? 0 : dy[pixel * s.O + o];
        },
        [&](int r, int c, real value) { points[(point_at<Maps>(r, c) * tiles + t) * s.O + o] = value; });
  });
}

// y = A^T m A, m (points,tiles,O), and what Conv2dOutput adds to it
template <class Maps>
void transform_output(const Conv2dOutput& output, const real* m, int64_t first, int64_t tiles,
                      const WinogradShape& shape) {
  const WinogradShape s = shape;
  const Conv2dOutput y = output;
  for_each_index(tiles, s.O, [=] ECA_DEVICE(int64_t t, int64_t o) {
    const WinogradTile tile = winograd_tile_at(first + t, s);
    const int64_t h = tile.row * Maps::kTile, w = tile.column * Maps::kTile;
    on_both_axes(
        Maps::output, [&](int r, int c) { return m[(point_at<Maps>(r, c) * tiles + t) * s.O + o]; },
        [&](int r, int c, real value) {
          const int64_t pixel = pixel_at(tile.n, h + r, w + c, s.OH, s.OW);
          if (pixel >= 0) y.write(pixel * s.O + o, o, value);
        });
  });
}

// ---- products ----------------------------------------------------------------------------------------

// A piece of the tiles, with scratch memory for the points of what is read and of what is written.
struct Piece {
  int64_t first, tiles;
  real *x, *y;
};

int64_t tiles_of_piece(const WinogradShape& s) {
  return std::clamp<int64_t>(kMostPoints / (s.points * (s.I + s.O)), 1, s.tiles());
}

Piece piece_from(int64_t first, const WinogradShape& s) {
  const int64_t most = tiles_of_piece(s), tiles = std::min(most, s.tiles() - first);
  real* points = scratch(Scratch::columns, s.points * most * (s.I + s.O));
  return {.first = first, .tiles = tiles, .x = points, .y = points + s.points * tiles * s.I};
}

// u (36,I,O), or transposed (36,O,I).
template <class Maps>
void forward(const Conv2dOutput& y, const Conv2dInput& x, Matrix u, const WinogradShape& s) {
  for (int64_t first = 0; first < s.tiles(); first += tiles_of_piece(s)) {
    const Piece piece = piece_from(first, s);
    transform_input<Maps>(piece.x, x, first, piece.tiles, s);
    for (const Batch& b : batches(s)) {
      const int64_t row = b.first_point * piece.tiles;
      gemm_batch_cuda(b.weights, b.points_of_each * piece.tiles, s.O, s.I, {piece.x + row * s.I, s.I},
                      {u.data + b.first_weight * s.I * s.O, u.stride, u.op}, 0, piece.y + row * s.O, s.O);
    }
    transform_output<Maps>(y, piece.y, first, piece.tiles, s);
  }
}

template <class Maps>
void dw_of_all_tiles(GradSlot dw, const real* dy, const Conv2dInput& x, const WinogradShape& s) {
  real* du = scratch(Scratch::weights, kWinogradWeights * s.I * s.O);
  for (int64_t first = 0; first < s.tiles(); first += tiles_of_piece(s)) {
    const Piece piece = piece_from(first, s);
    transform_input<Maps>(piece.x, x, first, piece.tiles, s);
    transform_dy<Maps>(piece.y, dy, first, piece.tiles, s);
    for (const Batch& b : batches(s)) {
      const int64_t row = b.first_point * piece.tiles;
      gemm_batch_cuda(b.weights, s.I, s.O, b.points_of_each * piece.tiles,
                      {piece.x + row * s.I, s.I, Op::transpose}, {piece.y + row * s.O, s.O}, first > 0,
                      du + b.first_weight * s.I * s.O, s.O);
    }
  }
  transform_du<Maps>(dw, du, s.I * s.O);
}

}  // namespace

void conv2d_forward_winograd_cuda(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                                  const Conv2dShape& s) {
  const WinogradShape tiled = winograd_shape(s);
  with_maps<real>(tiled.maps, [&]<class Maps>() {
    forward<Maps>(y, x, {transform_weights<Maps>(w, s.I * s.O, /*flipped=*/false), s.O}, tiled);
  });
}

// The forward of dy with the kernel turned, where input and output channels change places.
void conv2d_dx_winograd_cuda(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  const WinogradShape tiled = winograd_dx_shape(s);
  with_maps<real>(tiled.maps, [&]<class Maps>() {
    const real* u = transform_weights<Maps>(w, s.I * s.O, /*flipped=*/true);
    forward<Maps>(added_to(dx), dy, {u, s.O, Op::transpose}, tiled);
  });
}

void conv2d_dw_winograd_cuda(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  const WinogradShape tiled = winograd_shape(s);
  if (s.stride == 2) return dw_of_all_tiles<WinogradStride2<real>>(dw, dy, x, tiled);
  dw_of_all_tiles<WinogradStride1<real>>(dw, dy, x, tiled);
}

}  // namespace eca::kernels
