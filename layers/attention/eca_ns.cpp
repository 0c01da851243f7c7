// ECA-NS, "non-shared": a band matrix.
//   z[n,c] = sum_{j<k} w[c,j] y[n,c+j-p]     p = (k-1)/2        out = x * sigmoid(z)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 7, and models/eca_ns.py of its official code.
// Deviates from the paper's text, as the official code does: the window is centred, zeros pad both ends.
#include "layers/attention/eca_ns.hpp"

#include <cmath>

#include "layers/activations.hpp"
#include "layers/attention/ops/channel_rows.hpp"

namespace eca {

// Named and laid out in files as the depthwise Conv1d of the official code, with PyTorch's initial values.
struct ECANS::Conv : Module {
  std::vector<int64_t> first;
  Tensor weight;
  Conv(int64_t channels, int64_t k) : first(band_windows(channels, k)) {
    const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(k))};
    weight = add_parameter("weight", {channels, k}, init, FileLayout::depthwise1d, /*decay=*/false);
  }
  Tensor forward(const Tensor& y) override { return channel_rows(y, weight, first); }
};

ECANS::ECANS(int64_t channels, std::optional<int64_t> k)
    : conv_(add_child<Conv>("conv", channels, kernel_size("eca_ns", channels, k))) {}

Tensor ECANS::gate(const Tensor& y) { return sigmoid(conv_(y)); }

}  // namespace eca
