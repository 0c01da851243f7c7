#include "core/kernels/winograd/winograd_weights.hpp"

#include <algorithm>

#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/winograd/winograd_maps.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

WinogradWeight winograd_weight_of(int64_t p, const WinogradShape& s) {
  return with_maps<vec>(s.maps, [p]<class Maps>() {
    const int row = static_cast<int>(p) / Maps::kPoints, column = static_cast<int>(p) % Maps::kPoints;
    const int weight_row = std::min(row, kWinogradSide - 1),
              weight_column = std::min(column, kWinogradSide - 1);
    return WinogradWeight{.index = kWinogradSide * weight_row + weight_column,
                          .first = row == weight_row && column == weight_column};
  });
}

//   u = G w G^T of input channel i
template <class Maps>
static void transform_weights(int64_t i, real* u, const real* w, const WinogradShape& s) {
  const int64_t size = s.I * s.O;
  for (int64_t j = i * s.O; j < (i + 1) * s.O; j += kLanes) {
    on_both_axes(
        Maps::weight, [&](int r, int c) { return load(w + (r * 3 + c) * size + j); },
        [&](int r, int c, vec value) { store(u + (r * kWinogradSide + c) * size + j, value); });
  }
}

const real* winograd_transform_weights(const real* w, const WinogradShape& s) {
  real* u = scratch(Scratch::weights, kWinogradWeights * s.I * s.O);
  with_maps<vec>(s.maps, [&]<class Maps>() {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.I))
    for (int64_t i = 0; i < s.I; ++i) transform_weights<Maps>(i, u, w, s);
  });
  return u;
}

template <class Maps>
static void transform_du(real* dw, const real* du, int64_t pairs) {
  for (int64_t j = 0; j < pairs; j += kLanes) {
    on_both_axes(
        Maps::weight_transposed, [&](int r, int c) { return load(du + (r * kWinogradSide + c) * pairs + j); },
        [&](int r, int c, vec value) { store(dw + (r * 3 + c) * pairs + j, value); });
  }
}

void winograd_transform_du(real* dw, const real* du, int64_t pairs, const WinogradShape& s) {
  with_gradient_maps<vec>(s.maps, [&]<class Maps>() { transform_du<Maps>(dw, du, pairs); });
}

}  // namespace eca::kernels
