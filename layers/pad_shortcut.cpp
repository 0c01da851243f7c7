//   y[n,oh,ow,before+c] = x[n, oh*stride, ow*stride, c]     before = (channels - C) / 2;  all other channels
//   are 0 dx[n, oh*stride, ow*stride, c] = dy[n,oh,ow,before+c];  pixels that were skipped get 0
#include "layers/pad_shortcut.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace eca {

struct PadShortcutBackward final : Node {
  Shape x_shape;
  int64_t stride;
  PadShortcutBackward(const Tensor& x, int64_t stride_in)
      : Node({x}), x_shape(x.shape()), stride(stride_in) {}
  const char* name() const override { return "PadShortcutBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor pad_shortcut(const Tensor& x, int64_t channels, int64_t stride) {
  check_rank("pad_shortcut", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3);
  if (channels < C || stride < 1) {
    shape_error("pad_shortcut",
                "needs at least C channels and stride 1; found " + std::to_string(channels) +
                    " channels, stride " + std::to_string(stride),
                {{"x", x, "N,H,W,C", "C = " + std::to_string(C)}});
  }
  const int64_t OH = (H + stride - 1) / stride, OW = (W + stride - 1) / stride, before = (channels - C) / 2;
  Tensor y = Tensor::zeros({N, OH, OW, channels});
  for (int64_t row = 0; row < N * OH; ++row) {
    const int64_t n = row / OH, h = row % OH * stride;
    for (int64_t ow = 0; ow < OW; ++ow) {
      std::copy_n(x.data() + ((n * H + h) * W + ow * stride) * C, C,
                  y.data() + (row * OW + ow) * channels + before);
    }
  }
  return record<PadShortcutBackward>(y, x, stride);
}

void PadShortcutBackward::backward(const Tensor& dy) {
  GradSlot dx = grad_slot(0);
  const int64_t H = x_shape.dim(1), W = x_shape.dim(2), C = x_shape.dim(3);
  const int64_t OH = dy.dim(1), OW = dy.dim(2), channels = dy.dim(3), before = (channels - C) / 2;
  if (!dx.add) std::fill_n(dx.data, x_shape.numel(), real{0});
  for (int64_t row = 0; row < dy.dim(0) * OH; ++row) {
    const int64_t n = row / OH, h = row % OH * stride;
    for (int64_t ow = 0; ow < OW; ++ow) {
      real* to = dx.data + ((n * H + h) * W + ow * stride) * C;
      const real* from = dy.data() + (row * OW + ow) * channels + before;
      for (int64_t c = 0; c < C; ++c) to[c] += from[c];
    }
  }
}

}  // namespace eca
