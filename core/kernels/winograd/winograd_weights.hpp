// The transforms of Winograd's convolution between the 3x3 weights of each pair of channels and the 6x6 transformed ones.
#pragma once

#include "core/kernels/winograd/winograd_tiles.hpp"

namespace eca::kernels {

inline constexpr int64_t kWinogradWeights = 36;

// The transformed weight that a point is multiplied with. With stride 1 each point has its own, with stride 2 some share one:
// `first` is true for the first of them.
struct WinogradWeight {
  int64_t index;
  bool first;
};
WinogradWeight winograd_weight_of(int64_t p, const WinogradShape& s);

// u (36,I,O) = G w G^T, in parallel; scratch memory of the calling thread.
const real* winograd_transform_weights(const real* w, const WinogradShape& s);
// dw (3,3,I,O) = G^T (sum of du) G, or +=, in parallel; du holds `count` arrays (36,I,O).
void winograd_transform_du(GradSlot dw, const real* du, int64_t count, const WinogradShape& s);

}  // namespace eca::kernels
