// Convolutional block attention module: first the channels, then the pixels.
//   m(y)         = W2 relu(W1 y + b1) + b2                        max(1, C/r) hidden units, for both poolings
//   s  [n]       = sigmoid(m(mean_hw x[n]) + m(max_hw x[n]))      s (N,C)
//   u  [n,h,w,c] = x[n,h,w,c] * s[n,c]                            x,u,out (N,H,W,C)
//   p  [n,h,w]   = sigmoid(BN(conv([max_c u, mean_c u])))         p (N,H,W), ops/spatial_gate.cpp
//   out[n,h,w,c] = u[n,h,w,c] * p[n,h,w]
// Source: CBAM, arXiv 1807.06521v2, eqs. 1 to 3; names and batch norm as in MODELS/cbam.py of its code.
#include <algorithm>

#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/channel_pools.hpp"
#include "layers/attention/ops/spatial_gate.hpp"
#include "layers/linear.hpp"
#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

class CBAM : public Module {
 public:
  CBAM(int64_t channels, int64_t hidden, int64_t kernel)
      : channels_(add_child<ChannelHalf>("ChannelGate", channels, hidden)),
        pixels_(add_child<SpatialGate>("SpatialGate", kernel)) {}
  Tensor forward(const Tensor& x) override { return pixels_(channels_(x)); }

 private:
  // The official mlp is Sequential(Flatten, Linear, ReLU, Linear): its weights are called 1 and 3.
  struct ChannelMlp : Module {
    Linear &squeeze, &excite;
    ChannelMlp(int64_t channels, int64_t hidden)
        : squeeze(add_child<Linear>("1", channels, hidden)),
          excite(add_child<Linear>("3", hidden, channels)) {}
    Tensor forward(const Tensor& y) override { return excite(relu(squeeze(y))); }
  };

  struct ChannelHalf : Module {
    ChannelMlp& mlp;
    ChannelHalf(int64_t channels, int64_t hidden) : mlp(add_child<ChannelMlp>("mlp", channels, hidden)) {}
    Tensor forward(const Tensor& x) override {
      const Tensor of_mean = mlp(global_average_pool(x));
      const Tensor of_max = mlp(global_max_pool(x));
      return scale_channels(x, sigmoid(add(of_mean, of_max)));
    }
  };

  ChannelHalf& channels_;
  SpatialGate& pixels_;
};

static std::unique_ptr<Module> make_cbam(AttentionOptions& options, int64_t channels) {
  const int64_t hidden = std::max<int64_t>(1, channels / options.at_least("r", 1));
  return std::make_unique<CBAM>(channels, hidden, options.odd("kernel"));
}

AttentionKind cbam_kind() {
  return {.name = "cbam",
          .description = "channels, then pixels, arXiv 1807.06521",
          .options = {{"r", "N", "16", "C/r hidden units, at least 1"},
                      {"kernel", "ODD", "7", "width of the convolution over pixels"}},
          .make = make_cbam};
}

}  // namespace eca
