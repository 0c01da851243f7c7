// Efficient channel attention.
//   y [n,c] = 1/(H*W) sum_hw x[n,h,w,c]                  squeeze
//   z [n,c] = sum_{j<k} w[j] y[n,c+j-p]   p = (k-1)/2     one small kernel slides over the channels
//   s [n,c] = sigmoid(z[n,c])
//   out     = x * s
// Source: ECA-Net, arXiv 1910.03151v4, eqs. 8, 9, and its official code.  Derivation: docs/derivations/eca.md
// Deviates from the paper's text, as the official code does: the window is centred (eq. 6 starts it on the
// diagonal) and zeros pad both ends.
#include "layers/attention/eca.hpp"

#include "layers/activations.hpp"

namespace eca {

ECA::ECA(int64_t channels, std::optional<int64_t> k)
    : conv_(add_child<ChannelConv1d>("conv", kernel_size("eca", channels, k))) {}

Tensor ECA::gate(const Tensor& y) { return sigmoid(conv_(y)); }

}  // namespace eca
