// SE-Var1:   out = x * sigmoid(y)        y = GAP(x)
// Source: ECA-Net, arXiv 1910.03151v4, table 2.
#include "layers/attention/se_var1.hpp"

#include "layers/activations.hpp"

namespace eca {

Tensor SEVar1::gate(const Tensor& y) { return sigmoid(y); }

}  // namespace eca
