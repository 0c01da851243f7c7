#include "core/kernels/winograd_weights.hpp"

#include <algorithm>

#include "core/kernels/scratch.hpp"
#include "core/kernels/winograd_maps.hpp"
#include "core/simd.hpp"
#include "core/threads.hpp"

namespace eca::kernels {

static constexpr int kSide = 6;  // transformed weights of a row

WinogradWeight winograd_weight_of(int64_t p, const WinogradShape& s) {
  return with_maps(s.maps, [p]<class Maps>() {
    const int row = static_cast<int>(p) / Maps::kPoints, column = static_cast<int>(p) % Maps::kPoints;
    const int weight_row = std::min(row, kSide - 1), weight_column = std::min(column, kSide - 1);
    return WinogradWeight{.index = kSide * weight_row + weight_column,
                          .first = row == weight_row && column == weight_column};
  });
}

// Input channel i.
template <class Maps>
static void transform_weights(int64_t i, real* u, const real* w, const WinogradShape& s) {
  const int64_t size = s.I * s.O;
  for (int64_t j = i * s.O; j < (i + 1) * s.O; j += kLanes) {
    vec rows[kSide][3];
    for (int c = 0; c < 3; ++c) {
      vec column[3], transformed[kSide];
      for (int r = 0; r < 3; ++r) column[r] = load(w + (r * 3 + c) * size + j);
      Maps::weight(transformed, column);
      for (int r = 0; r < kSide; ++r) rows[r][c] = transformed[r];
    }
    for (int r = 0; r < kSide; ++r) {
      vec transformed[kSide];
      Maps::weight(transformed, rows[r]);
      for (int c = 0; c < kSide; ++c) store(u + (r * kSide + c) * size + j, transformed[c]);
    }
  }
}

// Small weights take less time than waking threads.
static int threads_for_weights(const WinogradShape& s) { return s.I * s.O < 16384 ? 1 : threads_for(s.I); }

const real* winograd_transform_weights(const real* w, const WinogradShape& s) {
  real* u = scratch(Scratch::weights, kWinogradWeights * s.I * s.O);
  with_maps(s.maps, [&]<class Maps>() {
#pragma omp parallel for schedule(static) num_threads(threads_for_weights(s))
    for (int64_t i = 0; i < s.I; ++i) transform_weights<Maps>(i, u, w, s);
  });
  return u;
}

// Input channel i.
template <class Maps>
static void transform_du(int64_t i, GradSlot dw, const real* du, int64_t count, const WinogradShape& s) {
  const int64_t size = s.I * s.O;
  for (int64_t j = i * s.O; j < (i + 1) * s.O; j += kLanes) {
    vec columns[3][kSide];
    for (int c = 0; c < kSide; ++c) {
      vec column[kSide], transformed[3];
      for (int r = 0; r < kSide; ++r) {
        const real* from = du + (r * kSide + c) * size + j;
        column[r] = load(from);
        for (int64_t k = 1; k < count; ++k) column[r] += load(from + k * kWinogradWeights * size);
      }
      Maps::weight_transposed(transformed, column);
      for (int r = 0; r < 3; ++r) columns[r][c] = transformed[r];
    }
    for (int r = 0; r < 3; ++r) {
      vec out[3];
      Maps::weight_transposed(out, columns[r]);
      for (int c = 0; c < 3; ++c) {
        real* to = dw.data + (r * 3 + c) * size + j;
        store(to, dw.add ? load(to) + out[c] : out[c]);
      }
    }
  }
}

void winograd_transform_du(GradSlot dw, const real* du, int64_t count, const WinogradShape& s) {
  const auto transform =
      s.maps == WinogradMaps::stride1 ? transform_du<WinogradStride1> : transform_du<WinogradStride2>;
#pragma omp parallel for schedule(static) num_threads(threads_for_weights(s))
  for (int64_t i = 0; i < s.I; ++i) transform(i, dw, du, count, s);
}

}  // namespace eca::kernels
