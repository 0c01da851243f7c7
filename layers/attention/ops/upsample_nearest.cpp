//   y [n,i,j,c] = x[n, i*h/H, j*w/W, c]                                 x (N,h,w,C)   y (N,H,W,C)
//   dx[n,k,l,c] = sum of dy[n,i,j,c] over all (i,j) that read (k,l)
// Source: PyTorch's interpolate(mode="nearest").  Saves: nothing but the shape.
#include "layers/attention/ops/upsample_nearest.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/spatial_attention.hpp"

namespace eca {

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

}  // namespace eca
