// How an image is cut into the tiles of Winograd's convolution, and the transforms between images and "points":
// the values a tile has in transformed space. Points lie as (points, tiles, channels), so that the sum over
// channels is, for each point, a product of matrices.
#pragma once

#include <span>

#include "core/kernels/conv2d/conv2d.hpp"

namespace eca::kernels {

// Which linear maps: core/kernels/winograd/winograd.hpp and winograd_strided.hpp.
enum class WinogradMaps { stride1, stride2, stride2_dx };

// What the algorithm reads, (N,H,W,I) with `padding` rows and columns of zeros before it, and what it writes,
// (N,OH,OW,O). dx of a convolution reads dy and writes dx.
struct WinogradShape {
  WinogradMaps maps;
  int64_t N, H, W, I;
  int64_t OH, OW, O;
  int64_t padding;
  int64_t points;  // of a tile: 36 or 81
  int64_t tile;    // outputs on each side of a tile
  int64_t step;    // inputs from a tile to the next

  ECA_DEVICE int64_t tile_rows() const { return (OH + tile - 1) / tile; }
  ECA_DEVICE int64_t tile_columns() const { return (OW + tile - 1) / tile; }
  ECA_DEVICE int64_t tiles() const { return N * tile_rows() * tile_columns(); }
};

// Where a tile is: image, row and column of tiles.
struct WinogradTile {
  int64_t n, row, column;
};
ECA_DEVICE inline WinogradTile winograd_tile_at(int64_t tile, const WinogradShape& s) {
  const int64_t columns = s.tile_columns(), per_image = s.tile_rows() * columns, in_image = tile % per_image;
  return {tile / per_image, in_image / columns, in_image % columns};
}

// Of the forward pass, and of dw. Needs winograd_serves(s), as the next does.
WinogradShape winograd_shape(const Conv2dShape& s);
// Of dx, which takes the flipped kernel.
WinogradShape winograd_dx_shape(const Conv2dShape& s);

// The points of some tiles: point p of tile t begins at data + p * point_stride + t * tile_stride.
struct WinogradPoints {
  real* data;
  int64_t point_stride, tile_stride;

  real* point(int64_t p) const { return data + p * point_stride; }
  WinogradPoints from_tile(int64_t t) const { return {data + t * tile_stride, point_stride, tile_stride}; }
  WinogradPoints from_channel(int64_t c) const { return {data + c, point_stride, tile_stride}; }
};

// Scratch memory for the points of so many tiles: of what is read and of what is written, or its gradient.
struct WinogradPointsOfBoth {
  WinogradPoints x, y;
};
WinogradPointsOfBoth winograd_scratch_points(int64_t tiles, const WinogradShape& s);

// What tiles first..last-1 cover of what is read, or of what is written, in whole rows of pixels: from the row in
// which the first begins to the one in which tile `last` would.
std::span<const real> winograd_rows_read(const real* x, int64_t first, int64_t last, const WinogradShape& s);
std::span<const real> winograd_rows_written(const real* y, int64_t first, int64_t last,
                                            const WinogradShape& s);

//   points = B^T d B
// For tiles first..last-1 of x (N,H,W,I); what lies outside the image counts as 0.
void winograd_transform_input(WinogradPoints points, const Conv2dInput& x, int64_t first, int64_t last,
                              const WinogradShape& s);
//   y = A^T m A, and what Conv2dOutput adds to it
// For tiles first..last-1 of y (N,OH,OW,O). tile_moments: of winograd_tile_moments.
void winograd_transform_output(const Conv2dOutput& y, real* tile_moments, WinogradPoints m, int64_t first,
                               int64_t last, const WinogradShape& s);
// Scratch memory for the moments of all tiles, (tiles,2,O): mean of each channel in each tile and the squares
// about it. Null if y asks for none.
real* winograd_tile_moments(const Conv2dOutput& y, const WinogradShape& s);
// The moments of every image from those of its tiles, in parallel; nothing where tile_moments is null.
void winograd_join_tile_moments(const Conv2dOutput& y, const real* tile_moments, const WinogradShape& s);
//   points = A dy A^T
// For tiles first..last-1 of dy (N,OH,OW,O); what lies outside counts as 0. Not for WinogradMaps::stride2_dx.
void winograd_transform_dy(WinogradPoints points, const real* dy, int64_t first, int64_t last,
                           const WinogradShape& s);

}  // namespace eca::kernels
