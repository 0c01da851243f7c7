// SE-GC: group convolution over the squeezed channels.
//   z[n,c] = sum_{j<k} w[c,j] y[n, c - c mod k + j]     k = C/G        out = x * sigmoid(z)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 5 and table 2: GC1 has 16 groups, GC2 groups of 16 channels, GC3
// groups of 8.
#include "layers/attention/se_gc.hpp"

#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/attention/ops/channel_rows.hpp"

namespace eca {

static int64_t group_size(int64_t channels, int64_t groups) {
  if (groups >= 1 && channels % groups == 0) return channels / groups;
  throw Error("se_gc: " + std::to_string(groups) + " groups of " + std::to_string(channels) +
              " channels, expected a number of groups that divides the channels");
}

SEGC::SEGC(int64_t channels, int64_t groups) {
  const int64_t k = group_size(channels, groups);
  const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(k))};
  first_ = block_windows(channels, k);
  weight_ = add_parameter("weight", {channels, k}, init, FileLayout::same, /*decay=*/true);
}

Tensor SEGC::gate(const Tensor& y) { return sigmoid(channel_rows(y, weight_, first_)); }

}  // namespace eca
