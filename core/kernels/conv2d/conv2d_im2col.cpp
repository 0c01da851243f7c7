// Convolution as matrix products, through im2col. What changed against the plain loops: the sums over kernel
// positions and input channels become one long GEMM dimension K, and OpenBLAS runs it at 75-95 % of a core's
// peak. Work is cut into blocks of output rows small enough for their columns to stay in the L2 cache. Sums
// run in another order than in the plain twin: results differ by about sqrt(K) rounding errors.
#include <algorithm>

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
  return std::clamp<int64_t>(pixels / s.OW(), 1, s.N * s.OH());
}

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

static void conv2d_forward_one_block(int64_t block, const Conv2dOutput& y, const real* x, const real* w,
                                     const Conv2dShape& s) {
  const int64_t first = block * rows_per_block(s), last = std::min(first + rows_per_block(s), s.N * s.OH());
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
  const int64_t blocks = chunk_count(s.N * s.OH(), rows_per_block(s));
  TaskShares shares(blocks);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t block; shares.take(block);) conv2d_forward_one_block(block, y, x, w, s);
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
// cut into a fixed number of tasks: a range of output channels times a range of rows. Ranges of rows need one partial
// sum each, so wide layers, whose dw is large, are cut by channels and narrow ones by rows.
struct DwTasks {
  int64_t channels, channel_ranges, row_ranges;
};

static DwTasks dw_tasks(const Conv2dShape& s) {
  constexpr int64_t kTasks = 16;
  const int64_t channels = s.groups == 1 ? std::min<int64_t>(s.O, 64) : s.O;
  const int64_t channel_ranges = chunk_count(s.O, channels);
  const int64_t blocks = chunk_count(s.N * s.OH(), rows_per_block(s));
  return {channels, channel_ranges, std::clamp<int64_t>(kTasks / channel_ranges, 1, blocks)};
}

static void conv2d_dw_one_task(int64_t task, real* partials, bool add, const real* dy, const real* x,
                               const Conv2dShape& s) {
  const DwTasks tasks = dw_tasks(s);
  const int64_t row_range = task / tasks.channel_ranges, rows = s.N * s.OH();
  const int64_t o = task % tasks.channel_ranges * tasks.channels,
                channels = std::min(tasks.channels, s.O - o);
  const int64_t blocks = chunk_count(rows, rows_per_block(s));
  const int64_t first_block = row_range * blocks / tasks.row_ranges;
  const int64_t last_block = (row_range + 1) * blocks / tasks.row_ranges;
  real* out = partials + row_range * s.K() * s.O;
  for (int64_t block = first_block; block < last_block; ++block) {
    const int64_t first = block * rows_per_block(s), last = std::min(first + rows_per_block(s), rows);
    const real beta = add || block > first_block ? 1 : 0;
    for (int64_t group = 0; group < s.groups; ++group) {
      const int64_t from = s.groups == 1 ? o : group * s.group_outputs();
      const int64_t width = s.groups == 1 ? channels : s.group_outputs();
      Matrix columns = columns_of_rows(x, s, group, first, last);
      columns.op = Op::transpose;
      gemm_fast(s.K(), width, (last - first) * s.OW(), columns, {dy + first * s.OW() * s.O + from, s.O}, beta,
                out + from, s.O);
    }
  }
}

void conv2d_dw_im2col(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s) {
  const DwTasks tasks = dw_tasks(s);
  const int64_t n = s.K() * s.O, count = tasks.channel_ranges * tasks.row_ranges;
  const bool direct = tasks.row_ranges == 1;
  real* partials = direct ? dw.data : scratch(Scratch::partials, tasks.row_ranges * n);
  TaskShares shares(count);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t task; shares.take(task);) {
    conv2d_dw_one_task(task, partials, direct && dw.add, dy, x, s);
  }
  if (!direct) sum_partials(dw, partials, tasks.row_ranges, n);
}

}  // namespace eca::kernels
