// SE-Var3:   out = x * sigmoid(W y)        y = GAP(x), every channel looks at every other
// Source: ECA-Net, arXiv 1910.03151v4, eq. 4 and table 2.
// Deviates: eq. 4 prints the last row of W as if W were symmetric; the parameter count C^2 says full.
#include "layers/attention/se_var3.hpp"

#include "layers/activations.hpp"

namespace eca {

SEVar3::SEVar3(int64_t channels) : fc_(add_child<Linear>("fc", channels, channels, /*bias=*/false)) {}

Tensor SEVar3::gate(const Tensor& y) { return sigmoid(fc_(y)); }

}  // namespace eca
