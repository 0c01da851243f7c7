// 3x3 convolution by Winograd's algorithm: with stride 1 a quarter of the multiplications of the plain sum, with
// stride 2 nine sixteenths, and some additions. What changed: blocks of tiles are transformed, multiplied and
// transformed back while their points lie in the L2 cache. Rounding: the transforms mix values of different size,
// errors are about ten times those of the plain sum, 1e-5 relative in float (docs/derivations/winograd.md).
#include <algorithm>

#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/gemm/small_gemm.hpp"
#include "core/kernels/winograd/winograd_tiles.hpp"
#include "core/kernels/winograd/winograd_weights.hpp"
#include "core/memory/prefetch.hpp"
#include "core/parallel/task_shares.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

constexpr int64_t kForwardTiles = 24;  // of a block: whole blocks of rows for small_gemm
constexpr int64_t kDwTiles = 48;       // more, as each block reads and writes all of du

void forward_one_block(int64_t block, const Conv2dOutput& y, real* tile_moments, const Conv2dInput& x,
                       const real* u, const WinogradShape& s) {
  const int64_t tiles = s.tiles();
  const int64_t first = block * kForwardTiles, last = std::min(first + kForwardTiles, tiles);
  const auto [points, products] = winograd_scratch_points(kForwardTiles, s);
  winograd_transform_input(points, x, first, last, s);
  // What this thread reads next, and what it is about to write.
  const auto x_next = winograd_rows_read(x.x, last, std::min(last + kForwardTiles, tiles), s);
  const auto out = winograd_rows_written(y.y, first, last, s);
  for (int64_t p = 0; p < s.points; ++p) {
    prefetch_to_read(x_next, p, s.points);
    prefetch_to_write(out, p, s.points);
    small_gemm(last - first, s.O, s.I, {points.point(p), s.I, 1},
               u + winograd_weight_of(p, s).index * s.I * s.O, s.O, /*add=*/false, products.point(p), s.O);
  }
  winograd_transform_output(y, tile_moments, products, first, last, s);
}

// Tiles are cut into a fixed number of ranges; each has a partial sum of du of its own.
int64_t dw_ranges(const WinogradShape& s) {
  const int64_t most = std::max<int64_t>(1, 4'000'000 / (kWinogradWeights * s.I * s.O));
  return std::min<int64_t>({16, most, chunk_count(s.tiles(), kDwTiles)});
}

void dw_add_one_block(int64_t block, real* du, bool add, const real* dy, const Conv2dInput& x,
                      const WinogradShape& s) {
  const int64_t tiles = s.tiles();
  const int64_t first = block * kDwTiles, last = std::min(first + kDwTiles, tiles);
  const auto [points, dy_points] = winograd_scratch_points(kDwTiles, s);
  winograd_transform_input(points, x, first, last, s);
  winograd_transform_dy(dy_points, dy, first, last, s);
  const int64_t next_end = std::min(last + kDwTiles, tiles);
  const auto x_next = winograd_rows_read(x.x, last, next_end, s);
  const auto dy_next = winograd_rows_written(dy, last, next_end, s);
  for (int64_t p = 0; p < s.points; ++p) {
    prefetch_to_read(x_next, p, s.points);
    prefetch_to_read(dy_next, p, s.points);
    const WinogradWeight weight = winograd_weight_of(p, s);
    small_gemm(s.I, s.O, last - first, {points.point(p), 1, s.I}, dy_points.point(p), s.O,
               add || !weight.first, du + weight.index * s.I * s.O, s.O);
  }
}

void dw_one_range(int64_t range, int64_t ranges, real* partials, const real* dy, const Conv2dInput& x,
                  const WinogradShape& s) {
  const int64_t blocks = chunk_count(s.tiles(), kDwTiles);
  const int64_t begin = range * blocks / ranges, end = (range + 1) * blocks / ranges;
  real* du = partials + range * kWinogradWeights * s.I * s.O;
  for (int64_t block = begin; block < end; ++block) dw_add_one_block(block, du, block > begin, dy, x, s);
}

}  // namespace

void conv2d_forward_winograd(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                             const WinogradShape& s) {
  const real* u = winograd_transform_weights(w, s);
  real* tile_moments = winograd_tile_moments(y, s);
  const int64_t blocks = chunk_count(s.tiles(), kForwardTiles);
  TaskShares shares(blocks);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t block; shares.take(block);) forward_one_block(block, y, tile_moments, x, u, s);
  winograd_join_tile_moments(y, tile_moments, s);
}

void conv2d_dw_winograd(GradSlot dw, const real* dy, const Conv2dInput& x, const WinogradShape& s) {
  const int64_t ranges = dw_ranges(s);
  real* partials = scratch(Scratch::partials, ranges * kWinogradWeights * s.I * s.O);
  TaskShares shares(ranges);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t range; shares.take(range);) dw_one_range(range, ranges, partials, dy, x, s);
  winograd_transform_du(dw, partials, ranges, s);
}

}  // namespace eca::kernels
