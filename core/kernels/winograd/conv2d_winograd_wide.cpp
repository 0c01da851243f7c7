// Winograd's convolution for wide layers, where the transformed weights no longer fit the cache: all tiles are
// transformed first. Forward and dx are then one large product of matrices for each point, its weights read once; dw
// is summed in patches of channels that fit the cache. Same results as conv2d_winograd.cpp up to the order of sums
// over tiles in dw.
#include <algorithm>

#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/gemm/small_gemm.hpp"
#include "core/kernels/winograd/winograd_maps.hpp"
#include "core/kernels/winograd/winograd_tiles.hpp"
#include "core/kernels/winograd/winograd_weights.hpp"
#include "core/parallel/task_shares.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

constexpr int64_t kBlock = 8;  // tiles a task transforms

// Tiles whose points, of input and output together, take 32 MiB at most in float.
int64_t most_tiles(const WinogradShape& s) {
  const int64_t most = (int64_t{8} << 20) / (s.points * (s.I + s.O));
  return std::max<int64_t>(kBlock, most / kBlock * kBlock);
}

// One pass of the forward handles that many.
int64_t tiles_per_pass(const WinogradShape& s) { return std::min(s.tiles(), most_tiles(s)); }

struct Pass {
  int64_t first, last;
  WinogradPoints x, y;  // points of the input, and of the output or its gradient

  int64_t tiles() const { return last - first; }
  int64_t blocks() const { return chunk_count(tiles(), kBlock); }
};

int64_t pass_count(const WinogradShape& s) { return chunk_count(s.tiles(), tiles_per_pass(s)); }

Pass pass_of_tiles(int64_t first, int64_t last, const WinogradShape& s) {
  const auto [x, y] = winograd_scratch_points(last - first, s);
  return {.first = first, .last = last, .x = x, .y = y};
}

Pass pass_at(int64_t pass, const WinogradShape& s) {
  const int64_t tiles = tiles_per_pass(s), first = pass * tiles;
  return pass_of_tiles(first, std::min(first + tiles, s.tiles()), s);
}

// The tiles of one block, and where their points begin.
struct Block {
  int64_t first, last;
  WinogradPoints x, y;
};

Block block_at(int64_t block, const Pass& pass) {
  const int64_t offset = block * kBlock, first = pass.first + offset;
  return {.first = first,
          .last = std::min(first + kBlock, pass.last),
          .x = pass.x.from_tile(offset),
          .y = pass.y.from_tile(offset)};
}

void input_block(int64_t block, const Pass& pass, const Conv2dInput& x, const WinogradShape& s) {
  const Block b = block_at(block, pass);
  winograd_transform_input(b.x, x, b.first, b.last, s);
}

void forward_point(int64_t p, const Pass& pass, const real* u, const WinogradShape& s) {
  small_gemm(pass.tiles(), s.O, s.I, {pass.x.point(p), pass.x.tile_stride, 1},
             u + winograd_weight_of(p, s).index * s.I * s.O, s.O,
             /*add=*/false, pass.y.point(p), pass.y.tile_stride);
}

void output_block(int64_t block, const Pass& pass, const Conv2dOutput& y, real* tile_moments,
                  const WinogradShape& s) {
  const Block b = block_at(block, pass);
  winograd_transform_output(y, tile_moments, b.y, b.first, b.last, s);
}

void gradient_block(int64_t block, const Pass& pass, const real* dy, const Conv2dInput& x,
                    const WinogradShape& s) {
  const Block b = block_at(block, pass);
  winograd_transform_input(b.x, x, b.first, b.last, s);
  winograd_transform_dy(b.y, dy, b.first, b.last, s);
}

// One pass of dw: all tiles of some leaves, a subtree of them, or where those of one are too many, some of its tiles.
class DwPasses {
 public:
  explicit DwPasses(const WinogradShape& s)
      : leaves_(s.N), of_image_(s.tile_rows() * s.tile_columns()), most_(most_tiles(s)) {
    while (of_pass_ > 1 && of_pass_ * largest_leaf_ > most_) of_pass_ /= 2;
  }
  // Leaves of a subtree.
  int64_t leaves() const { return of_pass_; }
  int64_t subtrees() const { return leaves_.count() / of_pass_; }
  // The first tile of a leaf.
  int64_t begin(int64_t leaf) const { return leaves_.begin(leaf) * of_image_; }
  // Tiles of a pass. Where a subtree, then a single leaf, has more, it takes several passes.
  int64_t most() const { return most_; }

 private:
  Leaves leaves_;
  int64_t of_image_, most_;
  int64_t largest_leaf_ = leaves_.largest() * of_image_;  // tiles
  int64_t of_pass_ = leaves_.count();
};

// dw is worked out in patches of so many input and output channels, whose sums lie in the cache.
constexpr int64_t kPatchInputs = 24, kPatchOutputs = 4 * kLanes;

struct Patch {
  int64_t i, o, inputs, outputs;

  int64_t pairs() const { return inputs * outputs; }
};

Patch patch_at(int64_t number, const WinogradShape& s) {
  const int64_t columns = chunk_count(s.O, kPatchOutputs);
  const int64_t i = number / columns * kPatchInputs, o = number % columns * kPatchOutputs;
  return {i, o, std::min(kPatchInputs, s.I - i), std::min(kPatchOutputs, s.O - o)};
}
int64_t patch_count(const WinogradShape& s) {
  return chunk_count(s.I, kPatchInputs) * chunk_count(s.O, kPatchOutputs);
}

// Inputs whose columns of du fill the registers, together with the vectors that they are multiplied with.
constexpr int kInputs = kVectorRegisters / 8;

// A column of du of some tiles, for kInputs inputs and a vector of outputs, mapped from 6 rows to 3 before it leaves the registers:
//   G^T du, input i of row r at rows + r * row_stride + i * input_stride
// Points beyond the last row or column of du share its weight, see winograd_strided.hpp.
template <class Maps>
void column_of_du(int column, WinogradPoints x, WinogradPoints y, int64_t tiles, real* rows,
                  int64_t row_stride, int64_t input_stride) {
  vec sums[kInputs][kWinogradSide] = {};
  const int last = column + 1 < kWinogradSide ? column + 1 : Maps::kPoints;
  for (int c = column; c < last; ++c) {
    const real *x_tile = x.point(c), *y_tile = y.point(c);
    for (int64_t t = 0; t < tiles; ++t, x_tile += x.tile_stride, y_tile += y.tile_stride) {
      for (int r = 0; r < Maps::kPoints; ++r) {
        const vec dy = load(y_tile + r * Maps::kPoints * y.point_stride);
        const real* inputs = x_tile + r * Maps::kPoints * x.point_stride;
        for (int i = 0; i < kInputs; ++i) sums[i][std::min(r, kWinogradSide - 1)] += inputs[i] * dy;
      }
    }
  }
  for (int i = 0; i < kInputs; ++i) {
    vec mapped[3];
    Maps::weight_transposed(mapped, sums[i]);
    for (int r = 0; r < 3; ++r) store(rows + r * row_stride + i * input_stride, mapped[r]);
  }
}

// A patch (3,3,inputs,outputs) of dw of tiles first..last-1 of the pass: G^T du G.
template <class Maps>
void dw_of_tiles(const Patch& patch, int64_t first, int64_t last, const Pass& pass, real* dw) {
  const int64_t n = patch.pairs();
  real* rows = scratch(Scratch::transformed, 3 * kWinogradSide * n);  // G^T du (3,6,inputs,outputs)
  const WinogradPoints x = pass.x.from_tile(first - pass.first), y = pass.y.from_tile(first - pass.first);
  for (int c = 0; c < kWinogradSide; ++c) {
    for (int64_t o = 0; o < patch.outputs; o += kLanes) {
      for (int64_t i = 0; i < patch.inputs; i += kInputs) {
        column_of_du<Maps>(c, x.from_channel(patch.i + i), y.from_channel(patch.o + o), last - first,
                           rows + c * n + i * patch.outputs + o, kWinogradSide * n, patch.outputs);
      }
    }
  }
  for (int64_t j = 0; j < n; j += kLanes) {
    for (int r = 0; r < 3; ++r) {
      vec row[kWinogradSide], mapped[3];
      for (int c = 0; c < kWinogradSide; ++c) row[c] = load(rows + (r * kWinogradSide + c) * n + j);
      Maps::weight_transposed(mapped, row);
      for (int c = 0; c < 3; ++c) store(dw + (r * 3 + c) * n + j, mapped[c]);
    }
  }
}

// A patch of dw (3,3,I,O), or what is added to it.
void store_patch(GradSlot dw, const real* sums, const Patch& patch, const WinogradShape& s) {
  for (int64_t tap = 0; tap < kWinogradTaps; ++tap) {
    for (int64_t i = 0; i < patch.inputs; ++i) {
      const int64_t at = (tap * s.I + patch.i + i) * s.O + patch.o;
      for (int64_t o = 0; o < patch.outputs; ++o) dw.write(at + o, *sums++);
    }
  }
}

// A patch of the dw of a pass.
void dw_patch(const Patch& patch, int64_t first_leaf, const DwPasses& passes, const Pass& pass, GradSlot dw,
              const WinogradShape& s) {
  const int64_t n = kWinogradTaps * patch.pairs();
  real* sums = scratch(Scratch::spare, (1 + spare_sums(passes.leaves())) * n);
  sum_subtree(sums, sums + n, n, first_leaf, passes.leaves(), [&](int64_t leaf, real* of_leaf) {
    const int64_t first = std::max(passes.begin(leaf), pass.first);
    const int64_t last = std::min(passes.begin(leaf + 1), pass.last);
    with_gradient_maps<vec>(s.maps,
                            [&]<class Maps>() { dw_of_tiles<Maps>(patch, first, last, pass, of_leaf); });
  });
  store_patch(dw, sums, patch, s);
}

// The points of all tiles of a pass, side by side.
Pass transformed(int64_t first, int64_t last, const real* dy, const Conv2dInput& x, const WinogradShape& s) {
  const Pass pass = pass_of_tiles(first, last, s);
  TaskShares transforms(pass.blocks());
#pragma omp parallel num_threads(transforms.threads())
  for (int64_t block; transforms.take(block);) gradient_block(block, pass, dy, x, s);
  return pass;
}

// dw of a subtree of leaves, or of one that takes several passes.
void dw_of_subtree(int64_t first_leaf, const DwPasses& passes, real* dw, const real* dy, const Conv2dInput& x,
                   const WinogradShape& s) {
  const int64_t begin = passes.begin(first_leaf), end = passes.begin(first_leaf + passes.leaves());
  for (int64_t first = begin; first < end; first += passes.most()) {
    const Pass pass = transformed(first, std::min(first + passes.most(), end), dy, x, s);
    TaskShares patches(patch_count(s));
#pragma omp parallel num_threads(patches.threads())
    for (int64_t k; patches.take(k);) {
      dw_patch(patch_at(k, s), first_leaf, passes, pass, {dw, /*add=*/first > begin}, s);
    }
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
  const DwPasses passes(s);
  const int64_t n = kWinogradTaps * s.I * s.O;
  real* sums = scratch(Scratch::partials, (1 + spare_sums(passes.subtrees())) * n);
  sum_subtree(sums, sums + n, n, 0, passes.subtrees(), [&](int64_t subtree, real* of_subtree) {
    dw_of_subtree(subtree * passes.leaves(), passes, of_subtree, dy, x, s);
  });
  add_leaf_sums(dw, sums, 1, n);
}

}  // namespace eca::kernels
