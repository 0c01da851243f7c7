// How an image is cut into the 4x4 tiles of Winograd's convolution, and the four transforms between images or weights
// and "points": the 36 values a tile has in transformed space. Points lie as (36, tiles, channels), so that the sum over
// channels is, for each point, a product of matrices.
#pragma once

#include <span>

#include "core/kernels/conv2d.hpp"

namespace eca::kernels {

// The points of some tiles: point p of tile t begins at data + p * stride + t * C.
struct WinogradPoints {
  real* data;
  int64_t stride;
};

int64_t winograd_tiles(const Conv2dShape& s);
// What tiles first..last-1 cover of x or of y, in whole rows of pixels: from the row in which the first begins to the one in
// which tile `last` would.
std::span<const real> winograd_rows_of_x(const real* x, int64_t first, int64_t last, const Conv2dShape& s);
std::span<const real> winograd_rows_of_y(const real* y, int64_t first, int64_t last, const Conv2dShape& s);

// points = B^T d B for tiles first..last-1 of x; what lies outside the image counts as 0.
void winograd_transform_input(WinogradPoints points, const Conv2dInput& x, int64_t first, int64_t last,
                              const Conv2dShape& s);
// y (N,OH,OW,O) = A^T m A, and what Conv2dOutput adds to it. tile_moments: of winograd_tile_moments.
void winograd_transform_output(const Conv2dOutput& y, real* tile_moments, WinogradPoints m, int64_t first,
                               int64_t last, const Conv2dShape& s);
// Scratch memory for the moments of all tiles, (tiles,2,O): mean of each channel in each tile and the squares about it. Null
// if y asks for none.
real* winograd_tile_moments(const Conv2dOutput& y, const Conv2dShape& s);
// The moments of every image from those of its tiles, in parallel; nothing where tile_moments is null.
void winograd_join_tile_moments(const Conv2dOutput& y, const real* tile_moments, const Conv2dShape& s);
// points = A dy A^T, what lies outside the image counting as 0.
void winograd_transform_dy(WinogradPoints points, const real* dy, int64_t first, int64_t last,
                           const Conv2dShape& s);

// u (36,I,O) = G w G^T, in parallel; scratch memory of the calling thread.
const real* winograd_transform_weights(const real* w, const Conv2dShape& s);
// dw (3,3,I,O) = G^T (sum of du) G, or +=, in parallel; du holds `count` arrays (36,I,O).
void winograd_transform_du(GradSlot dw, const real* du, int64_t count, const Conv2dShape& s);

}  // namespace eca::kernels
