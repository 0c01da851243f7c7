// Attention over pixels.
//   p  [n,h,w]   = [max_c x[n,h,w,c], mean_c x[n,h,w,c]]        x,out (N,H,W,C)   p (N,H,W,2)
//   s            = sigmoid(BN(conv(p)))                         s (N,H,W,1)
//   out[n,h,w,c] = x[n,h,w,c] * s[n,h,w]
// Source: CBAM, arXiv 1807.06521v2, eq. 3; the batch norm after the convolution as in MODELS/cbam.py of its code.
#include "layers/attention/ops/spatial_gate.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/spatial_attention.hpp"
#include "layers/activations.hpp"

namespace eca {

//   y [n,h,w]   = [max_c x[n,h,w,c], mean_c x[n,h,w,c]]
//   dx[n,h,w,c] = dy[n,h,w,1] / C, and dy[n,h,w,0] more at the first channel that is the largest
// Saves: x and y (shared, no copy).
struct ChannelPoolBackward final : Node {
  Saved x, y;
  ChannelPoolBackward(const Tensor& x_in, const Tensor& y_in) : Node({x_in}), x(x_in), y(y_in) {}
  const char* name() const override { return "ChannelPoolBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"y", y}}; }
  void backward(const Tensor& dy) override;
};

Tensor channel_pool(const Tensor& x) {
  check_rank("channel_pool", "x", x, "N,H,W,C");
  if (x.dim(3) == 0) shape_error("channel_pool", "x has no channels", {{"x", x, "N,H,W,C"}});
  Tensor y = Tensor::empty({x.dim(0), x.dim(1), x.dim(2), 2});
  kernels::channel_pool_forward(y.data(), x.data(), x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  return record<ChannelPoolBackward>(y, x, y);
}

void ChannelPoolBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::channel_pool_dx(dx, dy.data(), x.data(), y.data(), N, HW, C);
}

//   y [n,h,w,c] = x[n,h,w,c] * s[n,h,w]
//   dx[n,h,w,c] = dy[n,h,w,c] * s[n,h,w]
//   ds[n,h,w]   = sum_c dy[n,h,w,c] * x[n,h,w,c]
// Saves: x and s (shared, no copy).
struct ScalePixelsBackward final : Node {
  Saved x, s;
  ScalePixelsBackward(const Tensor& x_in, const Tensor& s_in) : Node({x_in, s_in}), x(x_in), s(s_in) {}
  const char* name() const override { return "ScalePixelsBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"s", s}}; }
  void backward(const Tensor& dy) override;
};

Tensor scale_pixels(const Tensor& x, const Tensor& s) {
  check_rank("scale_pixels", "x", x, "N,H,W,C");
  check_shape("scale_pixels", "s", s, {x.dim(0), x.dim(1), x.dim(2), 1}, "N,H,W,1");
  Tensor y = Tensor::empty(x.shape());
  kernels::scale_pixels_forward(y.data(), x.data(), s.data(), x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  return record<ScalePixelsBackward>(y, x, s);
}

void ScalePixelsBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::scale_pixels_dx(dx, dy.data(), s.data(), N, HW, C);
  if (GradSlot ds = grad_slot(1)) kernels::scale_pixels_ds(ds, dy.data(), x.data(), N, HW, C);
}

// conv and bn, under the names of the official code.
struct SpatialGate::BasicConv : Module {
  Conv2d& conv;
  BatchNorm2d& bn;
  explicit BasicConv(int64_t kernel)
      : conv(add_child<Conv2d>(
            "conv",
            Conv2dConfig{.in = 2, .out = 1, .kernel = kernel, .options = {.padding = (kernel - 1) / 2}})),
        bn(add_child<BatchNorm2d>("bn", 1, BatchNormOptions{.momentum = 0.01})) {}
  Tensor forward(const Tensor& p) override { return bn(conv(p)); }
};

static int64_t odd_kernel(int64_t kernel) {
  if (kernel >= 1 && kernel % 2 == 1) return kernel;
  throw Error("cbam: kernel = " + std::to_string(kernel) + ", expected an odd number");
}

SpatialGate::SpatialGate(int64_t kernel) : spatial_(add_child<BasicConv>("spatial", odd_kernel(kernel))) {}

Tensor SpatialGate::forward(const Tensor& x) { return scale_pixels(x, sigmoid(spatial_(channel_pool(x)))); }

}  // namespace eca
