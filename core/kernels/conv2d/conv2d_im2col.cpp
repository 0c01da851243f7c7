// Convolution as matrix products, through im2col. What changed against the plain loops: the sums over kernel
// positions and input channels become one long GEMM dimension K, and OpenBLAS runs it at 75-95 % of a core's
// peak. Work is cut into blocks of output rows small enough for their columns to stay in the L2 cache. Sums
// run in another order than in the plain twin: results differ by about sqrt(K) rounding errors.
#include <algorithm>

#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/conv2d/im2col.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/parallel/task_shares.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

// Output rows whose columns fill about 256 KiB, but at least 128 pixels, below which GEMM loses speed.
static int64_t rows_per_block(const Conv2dShape& s) {
  const int64_t pixels = std::max<int64_t>(128, 65536 / s.K());
  return std::max<int64_t>(pixels / s.OW(), 1);
}

// The output rows of some images, cut into blocks. No block has rows of two leaves: a BLAS may round a product otherwise where it
// has other rows beside it, and a leaf's must not depend on which leaves this process has.
class Blocks {
 public:
  explicit Blocks(const Conv2dShape& s)
      : leaves_(s.N),
        rows_(rows_per_block(s)),
        OH_(s.OH()),
        of_leaf_(chunk_count(leaves_.largest() * OH_, rows_)) {}

  int64_t count() const { return leaves_.count() * of_leaf_; }
  // Rows first..last-1; of some blocks there are none.
  struct Rows {
    int64_t first, last;
  };
  Rows operator[](int64_t block) const { return rows_of(block / of_leaf_, block % of_leaf_); }
  // Those of a leaf.
  int64_t of_leaf() const { return of_leaf_; }
  Rows rows_of(int64_t leaf, int64_t block) const {
    const auto [begin, end] = leaves_.images(leaf);
    const int64_t first = std::min(begin * OH_ + block * rows_, end * OH_);
    return {first, std::min(first + rows_, end * OH_)};
  }

 private:
  Leaves leaves_;
  int64_t rows_, OH_, of_leaf_;
};

// columns (pixels,K) of one group under the output rows first..last-1.
static Matrix columns_of_rows(const real* x, const Conv2dShape& s, int64_t group, int64_t first,
                              int64_t last) {
  if (columns_are_x(s)) return {x + first * s.OW() * s.I, s.I};
  real* columns = scratch(Scratch::columns, (last - first) * s.OW() * s.K());
  im2col(columns, x, s, group, first, last);
  return {columns, s.K()};
}

// What Conv2dOutput adds to the sums of pixels first..last-1, while they lie in the cache.
static void finish_pixels(const Conv2dOutput& y, int64_t first, int64_t last, int64_t O) {
  const bool plus = y.plus != nullptr && y.plus != y.y;
  if (y.bias == nullptr && !plus && !y.relu) return;
  for (int64_t p = first; p < last; ++p) {
    for (int64_t o = 0; o < O; ++o) {
      real sum = y.y[p * O + o];
      if (y.bias != nullptr) sum += y.bias[o];
      if (plus) sum += y.plus[p * O + o];
      y.y[p * O + o] = y.relu && sum < 0 ? 0 : sum;
    }
  }
}

static void conv2d_forward_one_block(Blocks::Rows rows, const Conv2dOutput& y, const real* x, const real* w,
                                     const Conv2dShape& s) {
  const auto [first, last] = rows;
  const int64_t pixels = (last - first) * s.OW(), Og = s.group_outputs();
  real* out = y.y + first * s.OW() * s.O;
  const real beta = y.plus == y.y ? 1 : 0;
  for (int64_t group = 0; group < s.groups; ++group) {
    const Matrix columns = columns_of_rows(x, s, group, first, last);
    gemm_fast(pixels, Og, s.K(), columns, {w + group * Og, s.O}, beta, out + group * Og, s.O);
  }
  finish_pixels(y, first * s.OW(), last * s.OW(), s.O);
}

void conv2d_forward_im2col(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s) {
  const Blocks blocks(s);
  TaskShares shares(blocks.count());
#pragma omp parallel num_threads(shares.threads())
  for (int64_t block; shares.take(block);) conv2d_forward_one_block(blocks[block], y, x, w, s);
}

static void conv2d_dx_one_image(int64_t n, GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  const int64_t pixels = s.OH() * s.OW(), Og = s.group_outputs(), image = s.H * s.W * s.I;
  if (!dx.add) std::fill_n(dx.data + n * image, image, real{0});
  real* columns = scratch(Scratch::columns, pixels * s.K());
  for (int64_t group = 0; group < s.groups; ++group) {
    const Matrix dy_group = {dy + n * pixels * s.O + group * Og, s.O};
    gemm_fast(pixels, s.K(), Og, dy_group, {w + group * Og, s.O, Op::transpose}, 0, columns, s.K());
    col2im_add(dx.data, columns, s, group, n * s.OH(), (n + 1) * s.OH());
  }
}

// Any stride: each value of dcolumns is added back to where im2col would have read it.
//   dcolumns (pixels,K) = dy (pixels,O) * w^T (O,K)
void conv2d_dx_im2col(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  TaskShares shares(s.N);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t n; shares.take(n);) conv2d_dx_one_image(n, dx, dy, w, s);
}

//   dw (K,O) = columns^T (K,pixels) * dy (pixels,O)
// A task has a range of output channels and a subtree of the leaves. Subtrees need a sum each, so wide layers, whose dw is large,
// are cut by channels, and a task's subtree is the whole tree; narrow ones are cut by leaves.
struct DwTasks {
  int64_t channels, channel_ranges;  // all of them in one where there are groups
  int64_t subtrees, leaves;          // leaves of a subtree
};

static DwTasks dw_tasks(const Conv2dShape& s) {
  constexpr int64_t kTasks = 16;
  const int64_t channels = s.groups == 1 ? std::min<int64_t>(s.O, 64) : s.O;
  const int64_t channel_ranges = chunk_count(s.O, channels), leaves = Leaves(s.N).count();
  int64_t subtrees = leaves;
  while (subtrees > 1 && subtrees * channel_ranges > kTasks) subtrees /= 2;
  return {channels, channel_ranges, subtrees, leaves / subtrees};
}

// dw of one leaf, for `width` output channels from o on: sums (K,width).
static void conv2d_dw_one_leaf(int64_t leaf, const Blocks& blocks, real* sums, int64_t o, int64_t width,
                               const real* dy, const real* x, const Conv2dShape& s) {
  const int64_t of_group = s.groups == 1 ? width : s.group_outputs();
  for (int64_t block = 0; block < blocks.of_leaf(); ++block) {
    const auto [first, last] = blocks.rows_of(leaf, block);
    for (int64_t group = 0; group < s.groups; ++group) {
      const int64_t from = group * of_group;
      Matrix columns = columns_of_rows(x, s, group, first, last);
      columns.op = Op::transpose;
      gemm_fast(s.K(), of_group, (last - first) * s.OW(), columns,
                {dy + first * s.OW() * s.O + o + from, s.O}, block > 0 ? 1 : 0, sums + from, width);
    }
  }
}

//   dw[k,o] = tree over the subtrees of subtree_sums[k,o]
static void conv2d_dw_finish(GradSlot dw, const real* subtree_sums, int64_t subtrees, int64_t o,
                             int64_t width, const Conv2dShape& s) {
  with_leaf_count(subtrees, [&]<int L>() {
    for (int64_t k = 0; k < s.K(); ++k)
      add_roots<L>({dw.data + k * s.O + o, dw.add}, subtree_sums + k * width, s.K() * width, width);
  });
}

void conv2d_dw_im2col(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s) {
  const DwTasks tasks = dw_tasks(s);
  const Blocks blocks(s);
  const int64_t K = s.K(), range_sums = K * tasks.channels * tasks.subtrees;
  real* subtree_sums = scratch(Scratch::partials, tasks.channel_ranges * range_sums);
  const auto width_of = [&](int64_t range) { return std::min(tasks.channels, s.O - range * tasks.channels); };
  TaskShares shares(tasks.channel_ranges * tasks.subtrees);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t task; shares.take(task);) {
    const int64_t range = task % tasks.channel_ranges, subtree = task / tasks.channel_ranges;
    const int64_t o = range * tasks.channels, width = width_of(range), n = K * width;
    real* spare = scratch(Scratch::spare, spare_sums(tasks.leaves) * n);
    sum_subtree(
        subtree_sums + range * range_sums + subtree * n, spare, n, subtree * tasks.leaves, tasks.leaves,
        [&](int64_t leaf, real* sums) { conv2d_dw_one_leaf(leaf, blocks, sums, o, width, dy, x, s); });
  }
  TaskShares finishing(tasks.channel_ranges);
#pragma omp parallel num_threads(finishing.threads())
  for (int64_t range; finishing.take(range);) {
    conv2d_dw_finish(dw, subtree_sums + range * range_sums, tasks.subtrees, range * tasks.channels,
                     width_of(range), s);
  }
}

}  // namespace eca::kernels
