// Convolutional block attention module.
//   m(y) = W2 relu(W1 y + b1) + b2
//   u    = x * sigmoid(m(mean_hw x) + m(max_hw x))        channels
//   out  = spatial_gate(u)                                pixels, spatial_gate.cpp
// Source: CBAM, arXiv 1807.06521v2, eqs. 2, 3; names and batch norm as in MODELS/cbam.py of its code.
#include "layers/attention/cbam.hpp"

#include <algorithm>
#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_statistics.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/linear.hpp"
#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

//   y[n,c] = max_hw x[n,h,w,c]        dx = dy at the first pixel that is the largest
struct GlobalMaxPoolBackward final : Node {
  Saved x, y;
  GlobalMaxPoolBackward(const Tensor& x_in, const Tensor& y_in) : Node({x_in}), x(x_in), y(y_in) {}
  const char* name() const override { return "GlobalMaxPoolBackward"; }
  void backward(const Tensor& dy) override;
};

Tensor global_max_pool(const Tensor& x) {
  check_rank("global_max_pool", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (HW == 0) shape_error("global_max_pool", "x has no pixels", {{"x", x, "N,H,W,C"}});
  Tensor y = Tensor::empty({N, C});
  kernels::global_max_pool_forward(y.data(), x.data(), N, HW, C);
  return record<GlobalMaxPoolBackward>(y, x, y);
}

void GlobalMaxPoolBackward::backward(const Tensor& dy) {
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  if (GradSlot dx = grad_slot(0)) kernels::global_max_pool_dx(dx, dy.data(), x.data(), y.data(), N, HW, C);
}

// The official mlp is Sequential(Flatten, Linear, ReLU, Linear): its weights are called 1 and 3.
struct ChannelMlp : Module {
  Linear &squeeze, &excite;
  ChannelMlp(int64_t channels, int64_t hidden)
      : squeeze(add_child<Linear>("1", channels, hidden)), excite(add_child<Linear>("3", hidden, channels)) {}
  Tensor forward(const Tensor& y) override { return excite(relu(squeeze(y))); }
};

struct CBAM::ChannelHalf : Module {
  ChannelMlp& mlp;
  ChannelHalf(int64_t channels, int64_t hidden) : mlp(add_child<ChannelMlp>("mlp", channels, hidden)) {}
  Tensor forward(const Tensor& x) override {
    const Tensor of_mean = mlp(global_average_pool(x));
    const Tensor of_max = mlp(global_max_pool(x));
    return scale_channels(x, sigmoid(add(of_mean, of_max)));
  }
};

static int64_t hidden_units(int64_t channels, int64_t r) {
  if (r < 1) throw Error("cbam: r = " + std::to_string(r) + ", expected at least 1");
  return std::max<int64_t>(1, channels / r);
}

CBAM::CBAM(int64_t channels, CBAMOptions options)
    : channels_(add_child<ChannelHalf>("ChannelGate", channels, hidden_units(channels, options.r))),
      pixels_(add_child<SpatialGate>("SpatialGate", options.kernel)) {}

Tensor CBAM::forward(const Tensor& x) { return pixels_(channels_(x)); }

}  // namespace eca
