// The transforms between the 3x3 weights of each pair of channels and the 6x6 of Winograd's convolution.
// Formulas: core/kernels/winograd/winograd.hpp.
#pragma once

#include "core/kernels/winograd/winograd_tiles.hpp"

namespace eca::kernels {

inline constexpr int kWinogradSide = 6;  // transformed weights of a row
inline constexpr int64_t kWinogradWeights = 36, kWinogradTaps = 9;

// The transformed weight that point p of a tile is multiplied with. With stride 1 each point has its own, with stride
// 2 some share one.
struct WinogradWeight {
  int64_t index;  // 0..35, row by row
  bool first;     // p is the first point with this weight
};
WinogradWeight winograd_weight_of(int64_t p, const WinogradShape& s);

// u (36,I,O) = G w G^T, w (3,3,I,O); in parallel. Scratch memory of the calling thread.
const real* winograd_transform_weights(const real* w, const WinogradShape& s);
// dw (3,3,pairs) = G^T du G, du (36,pairs), for so many pairs of channels, a multiple of kLanes; on the calling thread.
void winograd_transform_du(real* dw, const real* du, int64_t pairs, const WinogradShape& s);

}  // namespace eca::kernels
