// SE-GC: a block-diagonal matrix, which is a group convolution over the squeezed channels.
//   z  [n,c]     = sum_{j<k} w[c,j] y[n, c - c mod k + j]      k = C/G channels in each of G groups
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(z[n,c])                x,out (N,H,W,C)   y = GAP(x), z (N,C)   w (C,k)
// GC1 has 16 groups, GC2 groups of 16 channels, GC3 groups of 8.
// Source: ECA-Net, arXiv 1910.03151v4, eq. 5 and table 2.
#include <cmath>
#include <string>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/channel_rows.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// `k` divides the channels.
class SEGC : public ChannelGate {
 public:
  SEGC(int64_t channels, int64_t k) : first_(block_windows(channels, k)) {
    const Init init = {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(k))};
    weight_ = add_parameter("weight", {channels, k}, init, FileLayout::same, /*decay=*/true);
  }
  Tensor gate(const Tensor& y) override { return sigmoid(channel_rows(y, weight_, first_)); }

 private:
  std::vector<int64_t> first_;
  Tensor weight_;  // (C,k), row c weighs the channels of c's group
};

static int64_t divided(const AttentionOptions& options, int64_t channels, int64_t by) {
  if (channels % by == 0 && channels > 0) return channels / by;
  throw Error(options.name() + ": " + std::to_string(channels) + " channels, expected a multiple of " +
              std::to_string(by));
}

static std::unique_ptr<Module> make_se_gc1(AttentionOptions& options, int64_t channels) {
  return std::make_unique<SEGC>(channels, divided(options, channels, 16));
}

template <int64_t k>
static std::unique_ptr<Module> make_groups_of(AttentionOptions& options, int64_t channels) {
  divided(options, channels, k);
  return std::make_unique<SEGC>(channels, k);
}

AttentionKind se_gc1_kind() {
  return {
      .name = "se_gc1", .description = "SE-GC1, 16 groups of channels", .options = {}, .make = make_se_gc1};
}

AttentionKind se_gc2_kind() {
  return {.name = "se_gc2",
          .description = "SE-GC2, groups of 16 channels",
          .options = {},
          .make = make_groups_of<16>};
}

AttentionKind se_gc3_kind() {
  return {.name = "se_gc3",
          .description = "SE-GC3, groups of 8 channels",
          .options = {},
          .make = make_groups_of<8>};
}

}  // namespace eca
