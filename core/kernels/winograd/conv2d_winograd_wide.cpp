// Winograd's convolution for wide layers, where the transformed weights no longer fit the cache: all tiles are
// transformed first, and each point is then one large product of matrices, its weights read once. Same results as
// conv2d_winograd.cpp up to the order of sums over tiles in dw.
#include <algorithm>

#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/gemm/small_gemm.hpp"
#include "core/kernels/winograd/winograd_tiles.hpp"
#include "core/kernels/winograd/winograd_weights.hpp"
#include "core/parallel/task_shares.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

constexpr int64_t kBlock = 8;  // tiles a task transforms

// Tiles whose points, of input and output together, take 32 MiB at most in float; one pass handles that many.
int64_t tiles_per_pass(const WinogradShape& s) {
  const int64_t most = (int64_t{8} << 20) / (s.points * (s.I + s.O));
  return std::min(s.tiles(), std::max<int64_t>(kBlock, most / kBlock * kBlock));
}

struct Pass {
  int64_t first, last;
  WinogradPoints x, y;  // points of the input, and of the output or its gradient

  int64_t tiles() const { return last - first; }
  int64_t blocks() const { return chunk_count(tiles(), kBlock); }
};

int64_t pass_count(const WinogradShape& s) { return chunk_count(s.tiles(), tiles_per_pass(s)); }

Pass pass_at(int64_t pass, const WinogradShape& s) {
  const int64_t tiles = tiles_per_pass(s), first = pass * tiles;
  const auto [x, y] = winograd_scratch_points(tiles, s);
  return {.first = first, .last = std::min(first + tiles, s.tiles()), .x = x, .y = y};
}

// The tiles of one block, and where their points begin.
struct Block {
  int64_t first, last;
  WinogradPoints x, y;
};

Block block_at(int64_t block, const Pass& pass, const WinogradShape& s) {
  const int64_t offset = block * kBlock, first = pass.first + offset;
  return {.first = first,
          .last = std::min(first + kBlock, pass.last),
          .x = {pass.x.data + offset * s.I, pass.x.stride},
          .y = {pass.y.data + offset * s.O, pass.y.stride}};
}

void input_block(int64_t block, const Pass& pass, const Conv2dInput& x, const WinogradShape& s) {
  const Block b = block_at(block, pass, s);
  winograd_transform_input(b.x, x, b.first, b.last, s);
}

void forward_point(int64_t p, const Pass& pass, const real* u, const WinogradShape& s) {
  small_gemm(pass.tiles(), s.O, s.I, {pass.x.point(p), s.I, 1},
             u + winograd_weight_of(p, s).index * s.I * s.O, s.O,
             /*add=*/false, pass.y.point(p), s.O);
}

void output_block(int64_t block, const Pass& pass, const Conv2dOutput& y, real* tile_moments,
                  const WinogradShape& s) {
  const Block b = block_at(block, pass, s);
  winograd_transform_output(y, tile_moments, b.y, b.first, b.last, s);
}

void gradient_block(int64_t block, const Pass& pass, const real* dy, const Conv2dInput& x,
                    const WinogradShape& s) {
  const Block b = block_at(block, pass, s);
  winograd_transform_input(b.x, x, b.first, b.last, s);
  winograd_transform_dy(b.y, dy, b.first, b.last, s);
}

// All points of one weight, in their order.
void dw_weight(int64_t index, const Pass& pass, real* du, bool add, const WinogradShape& s) {
  for (int64_t p = 0; p < s.points; ++p) {
    const WinogradWeight weight = winograd_weight_of(p, s);
    if (weight.index != index) continue;
    small_gemm(s.I, s.O, pass.tiles(), {pass.x.point(p), 1, s.I}, pass.y.point(p), s.O, add || !weight.first,
               du + index * s.I * s.O, s.O);
  }
}

}  // namespace

bool winograd_in_one_pass(const WinogradShape& s) { return tiles_per_pass(s) == s.tiles(); }

void conv2d_forward_winograd_wide(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                                  const WinogradShape& s) {
  const real* u = winograd_transform_weights(w, s);
  real* tile_moments = winograd_tile_moments(y, s);
  for (int64_t k = 0; k < pass_count(s); ++k) {
    const Pass pass = pass_at(k, s);
    TaskShares inputs(pass.blocks());
#pragma omp parallel num_threads(inputs.threads())
    for (int64_t block; inputs.take(block);) input_block(block, pass, x, s);
    TaskShares products(s.points);
#pragma omp parallel num_threads(products.threads())
    for (int64_t p; products.take(p);) forward_point(p, pass, u, s);
    TaskShares outputs(pass.blocks());
#pragma omp parallel num_threads(outputs.threads())
    for (int64_t block; outputs.take(block);) output_block(block, pass, y, tile_moments, s);
  }
  winograd_join_tile_moments(y, tile_moments, s);
}

void conv2d_dw_winograd_wide(GradSlot dw, const real* dy, const Conv2dInput& x, const WinogradShape& s) {
  real* du = scratch(Scratch::weights, kWinogradWeights * s.I * s.O);  // where forward and dx have u
  for (int64_t k = 0; k < pass_count(s); ++k) {
    const Pass pass = pass_at(k, s);
    TaskShares transforms(pass.blocks());
#pragma omp parallel num_threads(transforms.threads())
    for (int64_t block; transforms.take(block);) gradient_block(block, pass, dy, x, s);
    TaskShares products(kWinogradWeights);
#pragma omp parallel num_threads(products.threads())
    for (int64_t i; products.take(i);) dw_weight(i, pass, du, k > 0, s);
  }
  winograd_transform_du(dw, du, 1, s);
}

}  // namespace eca::kernels
