// SE-Var2:   out = x * sigmoid(w . y)        y = GAP(x), a diagonal matrix of weights
// Source: ECA-Net, arXiv 1910.03151v4, eq. 4 and table 2.  The paper says nothing of initial values: these
// are what PyTorch gives a depthwise convolution of one weight.
#include "layers/attention/se_var2.hpp"

#include "layers/activations.hpp"
#include "layers/attention/ops/channel_affine.hpp"

namespace eca {

SEVar2::SEVar2(int64_t channels) {
  weight_ = add_parameter("weight", {channels}, {Init::Kind::uniform, 1}, FileLayout::same, /*decay=*/false);
}

Tensor SEVar2::gate(const Tensor& y) { return sigmoid(channel_affine(y, weight_)); }

}  // namespace eca
