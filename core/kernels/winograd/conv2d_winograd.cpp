// 3x3 convolution by Winograd's algorithm: with stride 1 a quarter of the multiplications of the plain sum, with
// stride 2 nine sixteenths, and some additions. What changed: blocks of tiles are transformed, multiplied and
// transformed back while their points lie in the L2 cache. Rounding: the transforms mix values of different size,
// errors are about ten times those of the plain sum, 1e-5 relative in float (docs/derivations/winograd.md).
#include <algorithm>

#include "core/kernels/common/leaf_sums.hpp"
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
    small_gemm(last - first, s.O, s.I, {points.point(p), points.tile_stride, 1},
               u + winograd_weight_of(p, s).index * s.I * s.O, s.O, /*add=*/false, products.point(p),
               products.tile_stride);
  }
  winograd_transform_output(y, tile_moments, products, first, last, s);
}

void dw_add_one_block(int64_t first, int64_t last, int64_t next_last, real* du, bool add, const real* dy,
                      const Conv2dInput& x, const WinogradShape& s) {
  const auto [points, dy_points] = winograd_scratch_points(kDwTiles, s);
  winograd_transform_input(points, x, first, last, s);
  winograd_transform_dy(dy_points, dy, first, last, s);
  const auto x_next = winograd_rows_read(x.x, last, next_last, s);
  const auto dy_next = winograd_rows_written(dy, last, next_last, s);
  for (int64_t p = 0; p < s.points; ++p) {
    prefetch_to_read(x_next, p, s.points);
    prefetch_to_read(dy_next, p, s.points);
    const WinogradWeight weight = winograd_weight_of(p, s);
    small_gemm(s.I, s.O, last - first, {points.point(p), 1, points.tile_stride}, dy_points.point(p),
               dy_points.tile_stride, add || !weight.first, du + weight.index * s.I * s.O, s.O);
  }
}

// dw (3,3,I,O) of one leaf, its tiles in blocks of equal size. Back from transformed space leaf by leaf, and not once for all: then
// what is added up, and what ranks send each other, is a quarter.
void dw_one_leaf(PartOfBatch images, real* dw, const real* dy, const Conv2dInput& x, const WinogradShape& s) {
  const int64_t per_image = s.tile_rows() * s.tile_columns();
  const int64_t begin = images.first * per_image, tiles = images.size() * per_image;
  const int64_t blocks = chunk_count(tiles, kDwTiles);
  const auto start = [=](int64_t block) { return begin + std::min(block, blocks) * tiles / blocks; };
  real* du = scratch(Scratch::transformed, kWinogradWeights * s.I * s.O);
  for (int64_t block = 0; block < blocks; ++block) {
    dw_add_one_block(start(block), start(block + 1), start(block + 2), du, block > 0, dy, x, s);
  }
  winograd_transform_du(dw, du, s.I * s.O, s);
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
  sum_leaves(dw, kWinogradTaps * s.I * s.O, s.N,
             [&](PartOfBatch images, real* of_leaf) { dw_one_leaf(images, of_leaf, dy, x, s); });
}

}  // namespace eca::kernels
