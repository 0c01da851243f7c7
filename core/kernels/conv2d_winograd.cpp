// 3x3 convolution with stride 1 by Winograd's F(4x4,3x3): a quarter of the multiplications of the plain sum, and some
// additions. What changed: blocks of tiles are transformed, multiplied and transformed back while their points lie in
// the L2 cache. Rounding: the transforms mix values of different size, errors are about ten times those of the plain
// sum, 1e-5 relative in float (docs/performance.md).
#include <algorithm>

#include "core/kernels/conv2d_paths.hpp"
#include "core/kernels/scratch.hpp"
#include "core/kernels/small_gemm.hpp"
#include "core/kernels/winograd.hpp"
#include "core/kernels/winograd_tiles.hpp"
#include "core/prefetch.hpp"
#include "core/simd.hpp"
#include "core/threads.hpp"

namespace eca::kernels {

namespace {

constexpr int64_t kForwardTiles = 24;  // of a block: whole blocks of rows for small_gemm
constexpr int64_t kDwTiles = 48;       // more, as each block reads and writes all of du

// From one point to the next. Not a multiple of the cache's page, or the 36 stores of a tile would fall on one cache set.
int64_t point_stride(int64_t tiles, int64_t C) { return tiles * C + kLanes; }

void forward_one_block(int64_t block, const Conv2dOutput& y, real* tile_moments, const Conv2dInput& x,
                       const real* u, const Conv2dShape& s) {
  const int64_t tiles = winograd_tiles(s);
  const int64_t first = block * kForwardTiles, last = std::min(first + kForwardTiles, tiles);
  const int64_t x_stride = point_stride(kForwardTiles, s.I), y_stride = point_stride(kForwardTiles, s.O);
  real* points = scratch(Scratch::columns, kWinogradPoints * (x_stride + y_stride));
  real* products = points + kWinogradPoints * x_stride;
  winograd_transform_input({points, x_stride}, x, first, last, s);
  // What this thread reads next, if the others keep pace, and what it is about to write.
  const int64_t next = std::min(first + threads() * kForwardTiles, tiles);
  const auto x_next = winograd_rows_of_x(x.x, next, std::min(next + kForwardTiles, tiles), s);
  const auto out = winograd_rows_of_y(y.y, first, last, s);
  for (int64_t p = 0; p < kWinogradPoints; ++p) {
    prefetch_to_read(x_next, p, kWinogradPoints);
    prefetch_to_write(out, p, kWinogradPoints);
    small_gemm(last - first, s.O, s.I, {points + p * x_stride, s.I, 1}, u + p * s.I * s.O, s.O, /*add=*/false,
               products + p * y_stride, s.O);
  }
  winograd_transform_output(y, tile_moments, {products, y_stride}, first, last, s);
}

// Tiles are cut into a fixed number of ranges; each has a partial sum of du of its own.
int64_t dw_ranges(const Conv2dShape& s) {
  const int64_t most = std::max<int64_t>(1, 4'000'000 / (kWinogradPoints * s.I * s.O));
  return std::min<int64_t>({16, most, chunk_count(winograd_tiles(s), kDwTiles)});
}

void dw_add_one_block(int64_t block, real* du, bool add, const real* dy, const Conv2dInput& x,
                      const Conv2dShape& s) {
  const int64_t tiles = winograd_tiles(s);
  const int64_t first = block * kDwTiles, last = std::min(first + kDwTiles, tiles);
  const int64_t x_stride = point_stride(kDwTiles, s.I), y_stride = point_stride(kDwTiles, s.O);
  real* points = scratch(Scratch::columns, kWinogradPoints * (x_stride + y_stride));
  real* dy_points = points + kWinogradPoints * x_stride;
  winograd_transform_input({points, x_stride}, x, first, last, s);
  winograd_transform_dy({dy_points, y_stride}, dy, first, last, s);
  const int64_t next_end = std::min(last + kDwTiles, tiles);
  const auto x_next = winograd_rows_of_x(x.x, last, next_end, s);
  const auto dy_next = winograd_rows_of_y(dy, last, next_end, s);
  for (int64_t p = 0; p < kWinogradPoints; ++p) {
    prefetch_to_read(x_next, p, kWinogradPoints);
    prefetch_to_read(dy_next, p, kWinogradPoints);
    small_gemm(s.I, s.O, last - first, {points + p * x_stride, 1, s.I}, dy_points + p * y_stride, s.O, add,
               du + p * s.I * s.O, s.O);
  }
}

void dw_one_range(int64_t range, int64_t ranges, real* partials, const real* dy, const Conv2dInput& x,
                  const Conv2dShape& s) {
  const int64_t blocks = chunk_count(winograd_tiles(s), kDwTiles);
  const int64_t begin = range * blocks / ranges, end = (range + 1) * blocks / ranges;
  real* du = partials + range * kWinogradPoints * s.I * s.O;
  for (int64_t block = begin; block < end; ++block) dw_add_one_block(block, du, block > begin, dy, x, s);
}

}  // namespace

void conv2d_forward_winograd(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                             const Conv2dShape& s) {
  const real* u = winograd_transform_weights(w, s);
  real* tile_moments = winograd_tile_moments(y, s);
  const int64_t blocks = chunk_count(winograd_tiles(s), kForwardTiles);
#pragma omp parallel for schedule(dynamic) num_threads(threads_for(blocks))
  for (int64_t block = 0; block < blocks; ++block) forward_one_block(block, y, tile_moments, x, u, s);
  winograd_join_tile_moments(y, tile_moments, s);
}

void conv2d_dw_winograd(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  const int64_t ranges = dw_ranges(s);
  real* partials = scratch(Scratch::partials, ranges * kWinogradPoints * s.I * s.O);
#pragma omp parallel for schedule(dynamic) num_threads(threads_for(ranges))
  for (int64_t range = 0; range < ranges; ++range) dw_one_range(range, ranges, partials, dy, x, s);
  winograd_transform_du(dw, partials, ranges, s);
}

}  // namespace eca::kernels
