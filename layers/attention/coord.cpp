// Coordinate attention: one gate for each row and one for each column.
//   u            = [mean_w x, mean_h x]                    (N,H+W,1,C), rows, then columns
//   f            = hard_swish(BN(W1 u + b1))               (N,H+W,1,m), m = max(8, C/r) features
//   a            = sigmoid(Wh f[rows] + bh)                (N,H,1,C)
//   b            = sigmoid(Ww f[columns] + bw)             (N,W,1,C)
//   out[n,h,w,c] = x[n,h,w,c] * a[n,h,c] * b[n,w,c]        x,out (N,H,W,C)
// Source: Hou et al., arXiv 2103.02907v1, eqs. 4 to 9; names and sizes as in coordatt.py of their code.
#include <algorithm>

#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/strips.hpp"
#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"

namespace eca {

class CoordinateAttention : public Module {
 public:
  CoordinateAttention(int64_t channels, int64_t features)
      : conv1_(add_child<Conv2d>("conv1", pointwise(channels, features))),
        bn1_(add_child<BatchNorm2d>("bn1", features)),
        conv_h_(add_child<Conv2d>("conv_h", pointwise(features, channels))),
        conv_w_(add_child<Conv2d>("conv_w", pointwise(features, channels))) {}

  Tensor forward(const Tensor& x) override {
    const Tensor f = hard_swish(bn1_(conv1_(strip_pool(x))));
    const int64_t H = x.dim(1), W = x.dim(2);
    const Tensor a = sigmoid(conv_h_(take_strips(f, 0, H)));
    const Tensor b = sigmoid(conv_w_(take_strips(f, H, W)));
    return scale_strips(x, a, b);
  }

 private:
  static Conv2dConfig pointwise(int64_t in, int64_t out) {
    return {.in = in, .out = out, .kernel = 1, .bias = true};
  }

  Conv2d& conv1_;
  BatchNorm2d& bn1_;
  Conv2d &conv_h_, &conv_w_;
};

static std::unique_ptr<Module> make_coord(AttentionOptions& options, int64_t channels) {
  const int64_t features = std::max<int64_t>(8, channels / options.at_least("r", 1));
  return std::make_unique<CoordinateAttention>(channels, features);
}

AttentionKind coord_kind() {
  return {.name = "coord",
          .description = "coordinate attention, arXiv 2103.02907",
          .options = {{"r", "N", "32", "C/r features, at least 8"}},
          .make = make_coord};
}

}  // namespace eca
