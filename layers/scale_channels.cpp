//   y [n,h,w,c] = x [n,h,w,c] * s[n,c]                   x, y (N,H,W,C)   s (N,C)
//   dx[n,h,w,c] = dy[n,h,w,c] * s[n,c]
//   ds[n,c]     = sum_hw dy[n,h,w,c] * x[n,h,w,c]
// Source: SE, arXiv 1709.01507v4, eq. 4.
// Saves: x and s (shared storage, no copy).
#include "layers/scale_channels.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/scale_channels.hpp"

namespace eca {

struct ScaleChannelsBackward final : Node {
  Saved x, s;
  ScaleChannelsBackward(const Tensor& x_in, const Tensor& s_in) : Node({x_in, s_in}), x(x_in), s(s_in) {}
  const char* name() const override { return "ScaleChannelsBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"s", s}}; }
  void backward(const Tensor& dy) override;
};

Tensor scale_channels(const Tensor& x, const Tensor& s) {
  check_rank("scale_channels", "x", x, "N,H,W,C");
  check_shape("scale_channels", "s", s, {x.dim(0), x.dim(3)}, "N,C");
  Tensor y = Tensor::empty(x.shape());
  kernels::scale_channels_forward(y.data(), x.data(), s.data(), /*N=*/x.dim(0), /*HW=*/x.dim(1) * x.dim(2),
                                  /*C=*/x.dim(3));
  return record<ScaleChannelsBackward>(y, x, s);
}

void ScaleChannelsBackward::backward(const Tensor& dy) {
  const int64_t N = s.dim(0), C = s.dim(1), HW = dy.dim(1) * dy.dim(2);
  if (GradSlot dx = grad_slot(0)) kernels::scale_channels_dx(dx, dy.data(), s.data(), N, HW, C);
  if (GradSlot ds = grad_slot(1)) kernels::scale_channels_ds(ds, dy.data(), x.data(), N, HW, C);
}

}  // namespace eca
