// The plain loop is the whole kernel: it only moves numbers.
#include "core/kernels/elementwise/pad_shortcut.hpp"

#include "core/kernels/common/for_each_index.hpp"

namespace eca::kernels {

void pad_shortcut_forward(real* y, const real* x, const PadShortcutShape& shape) {
  const PadShortcutShape s = shape;
  const int64_t OH = s.OH(), OW = s.OW(), before = s.before();
  for_each_index(s.N * OH * OW, s.channels, [=] ECA_DEVICE(int64_t pixel, int64_t channel) {
    const int64_t n = pixel / (OH * OW), oh = pixel / OW % OH, ow = pixel % OW, c = channel - before;
    const int64_t from = (n * s.H + oh * s.stride) * s.W + ow * s.stride;
    y[pixel * s.channels + channel] = c >= 0 && c < s.C ? x[from * s.C + c] : 0;
  });
}

void pad_shortcut_dx(GradSlot dx, const real* dy, const PadShortcutShape& shape) {
  const PadShortcutShape s = shape;
  const int64_t OH = s.OH(), OW = s.OW(), before = s.before();
  for_each_index(s.N * s.H * s.W, s.C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (s.H * s.W), h = pixel / s.W % s.H, w = pixel % s.W;
    const int64_t from = (n * OH + h / s.stride) * OW + w / s.stride;
    const bool taken = h % s.stride == 0 && w % s.stride == 0;
    dx.write(pixel * s.C + c, taken ? dy[from * s.channels + before + c] : 0);
  });
}

}  // namespace eca::kernels
