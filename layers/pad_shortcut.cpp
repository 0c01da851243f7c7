// With before = (channels - C) / 2,
//   y [n,oh,ow,before+c]           = x[n, oh*stride, ow*stride, c]        all other channels 0
//   dx[n, oh*stride, ow*stride, c] = dy[n,oh,ow,before+c]                 all other pixels 0
#include "layers/pad_shortcut.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/pad_shortcut.hpp"

namespace eca {

struct PadShortcutBackward final : Node {
  kernels::PadShortcutShape s;
  PadShortcutBackward(const Tensor& x, const kernels::PadShortcutShape& s_in) : Node({x}), s(s_in) {}
  const char* name() const override { return "PadShortcutBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor pad_shortcut(const Tensor& x, int64_t channels, int64_t stride) {
  check_rank("pad_shortcut", "x", x, "N,H,W,C");
  const kernels::PadShortcutShape s = {x.dim(0), x.dim(1), x.dim(2), x.dim(3), channels, stride};
  if (channels < s.C || stride < 1) {
    shape_error("pad_shortcut",
                "needs at least C channels and stride 1; found " + std::to_string(channels) +
                    " channels, stride " + std::to_string(stride),
                {{"x", x, "N,H,W,C", "C = " + std::to_string(s.C)}});
  }
  Tensor y = Tensor::empty({s.N, s.OH(), s.OW(), channels});
  kernels::pad_shortcut_forward(y.data(), x.data(), s);
  return record<PadShortcutBackward>(y, x, s);
}

void PadShortcutBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) kernels::pad_shortcut_dx(dx, dy.data(), s);
}

}  // namespace eca
