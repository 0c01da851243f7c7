// Gather-excite without weights, GE-theta-minus.
//   y   = means of windows (2e-1) x (2e-1), e apart, of the pixels inside the image       gather
//   out = x * sigmoid(y of the nearest window)                                            excite
// With a global extent y is one mean a channel and this is SE-Var1.
// Source: Hu et al., arXiv 1810.12348v3, section 3.1; windows as in timm's GatherExcite.
#include "layers/attention/ge.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/spatial_attention.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

//   y[i,j] = x[i*h/H, j*w/W]        dx[k,l] = sum of dy[i,j] over all (i,j) that read (k,l)
struct UpsampleNearestBackward final : Node {
  int64_t N, h, w, C;
  explicit UpsampleNearestBackward(const Tensor& x)
      : Node({x}), N(x.dim(0)), h(x.dim(1)), w(x.dim(2)), C(x.dim(3)) {}
  const char* name() const override { return "UpsampleNearestBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor upsample_nearest(const Tensor& x, int64_t H, int64_t W) {
  check_rank("upsample_nearest", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), h = x.dim(1), w = x.dim(2), C = x.dim(3);
  if (H < h || W < w || h * w == 0) {
    shape_error("upsample_nearest", "x does not fit into " + std::to_string(H) + "x" + std::to_string(W),
                {{"x", x, "N,H,W,C"}});
  }
  Tensor y = Tensor::empty({N, H, W, C});
  kernels::upsample_nearest_forward(y.data(), x.data(), N, h, w, H, W, C);
  return record<UpsampleNearestBackward>(y, x);
}

void UpsampleNearestBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    kernels::upsample_nearest_dx(dx, dy.data(), N, h, w, dy.dim(1), dy.dim(2), C);
  }
}

GatherExcite::GatherExcite(int64_t extent) : extent_(extent) {
  if (extent < 0) throw Error("ge: extent = " + std::to_string(extent) + ", expected at least 0");
}

Tensor GatherExcite::forward(const Tensor& x) {
  if (extent_ == 0) return scale_channels(x, sigmoid(global_average_pool(x)));
  const Tensor y = average_pool2d(
      x, {.kernel = 2 * extent_ - 1, .stride = extent_, .padding = extent_ - 1, .count_padding = false});
  return mul(x, upsample_nearest(sigmoid(y), x.dim(1), x.dim(2)));
}

}  // namespace eca
