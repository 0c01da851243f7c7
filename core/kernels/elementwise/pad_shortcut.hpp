// Every stride-th pixel of x (N,H,W,C), with channels of zeros before and after its own:
//   y[n,oh,ow,before+c]         = x[n,oh*stride,ow*stride,c]      all other channels of y are 0; y (N,OH,OW,channels)
//   dx[n,oh*stride,ow*stride,c] = dy[n,oh,ow,before+c]            all other pixels of dx are 0
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

struct PadShortcutShape {
  int64_t N, H, W, C, channels, stride;

  ECA_DEVICE int64_t OH() const { return (H + stride - 1) / stride; }
  ECA_DEVICE int64_t OW() const { return (W + stride - 1) / stride; }
  ECA_DEVICE int64_t before() const { return (channels - C) / 2; }
};

void pad_shortcut_forward(real* y, const real* x, const PadShortcutShape& s);
void pad_shortcut_dx(GradSlot dx, const real* dy, const PadShortcutShape& s);

}  // namespace eca::kernels
