// Coordinate attention.
//   f   = hard_swish(BN(W1 [row means, column means]))      (N,H+W,1,m), m = max(8, C/r)
//   a   = sigmoid(Wh f[rows])     b = sigmoid(Ww f[columns])
//   out[n,h,w,c] = x[n,h,w,c] * a[n,h,c] * b[n,w,c]
// Source: Hou et al., arXiv 2103.02907v1, eqs. 4 to 9; names and sizes as in coordatt.py of their code.
#include "layers/attention/coord.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/attention/ops/strips.hpp"

namespace eca {

static int64_t features(int64_t channels, int64_t r) {
  if (r < 1) throw Error("coord: r = " + std::to_string(r) + ", expected at least 1");
  return std::max<int64_t>(8, channels / r);
}

static Conv2dConfig pointwise(int64_t in, int64_t out) {
  return {.in = in, .out = out, .kernel = 1, .bias = true};
}

CoordinateAttention::CoordinateAttention(int64_t channels, int64_t r)
    : conv1_(add_child<Conv2d>("conv1", pointwise(channels, features(channels, r)))),
      bn1_(add_child<BatchNorm2d>("bn1", features(channels, r))),
      conv_h_(add_child<Conv2d>("conv_h", pointwise(features(channels, r), channels))),
      conv_w_(add_child<Conv2d>("conv_w", pointwise(features(channels, r), channels))) {}

Tensor CoordinateAttention::forward(const Tensor& x) {
  const Tensor f = hard_swish(bn1_(conv1_(strip_pool(x))));
  const int64_t H = x.dim(1), W = x.dim(2);
  const Tensor a = sigmoid(conv_h_(take_strips(f, 0, H)));
  const Tensor b = sigmoid(conv_w_(take_strips(f, H, W)));
  return scale_strips(x, a, b);
}

}  // namespace eca
