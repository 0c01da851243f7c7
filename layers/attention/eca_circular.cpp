// ECA without ends.
//   z[n,c] = sum_{j<k} w[j] y[n, (c + j - p) mod C]     p = (k-1)/2        out = x * sigmoid(z)
// The order of channels means nothing, so it has no ends either, at which ECA would see zeros.
// Source: CECA of timm (pytorch-image-models, pull request 82); a variant of arXiv 1910.03151v4, eq. 9.
// Deviates: the window may be wider than C, and then goes round more than once.
#include "layers/attention/eca_circular.hpp"

#include "layers/activations.hpp"

namespace eca {

ECACircular::ECACircular(int64_t channels, std::optional<int64_t> k)
    : conv_(add_child<ChannelConv1d>("conv", kernel_size("eca_circular", channels, k), Ends::circular)) {}

Tensor ECACircular::gate(const Tensor& y) { return sigmoid(conv_(y)); }

}  // namespace eca
