// Squeeze-and-excitation.
//   y = GAP(x)        s = sigmoid(W2 relu(W1 y))        out = x * s
// A composition: each op brings its own backward.  Source: Hu et al., arXiv 1709.01507v4, eqs. 2 to 4.
#include "layers/attention/se.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "layers/activations.hpp"

namespace eca {

// Named as in PyTorch implementations: fc = Sequential(Linear, ReLU, Linear, Sigmoid), so fc.0 and fc.2 own
// weights.
struct SE::Excitation : Module {
  Linear &squeeze, &excite;
  Excitation(int64_t channels, int64_t hidden, bool bias)
      : squeeze(add_child<Linear>("0", channels, hidden, bias)),
        excite(add_child<Linear>("2", hidden, channels, bias)) {}
  Tensor forward(const Tensor& y) override { return sigmoid(excite(relu(squeeze(y)))); }
};

static int64_t hidden_units(int64_t channels, int64_t r) {
  if (r < 1) throw Error("se: r = " + std::to_string(r) + ", expected at least 1");
  return std::max<int64_t>(1, channels / r);
}

SE::SE(int64_t channels, SEOptions options)
    : fc_(add_child<Excitation>("fc", channels, hidden_units(channels, options.r), options.bias)) {}

Tensor SE::gate(const Tensor& y) { return fc_(y); }

}  // namespace eca
