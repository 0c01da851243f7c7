// ECA in an order of channels drawn by lot: a control for whether neighbourhood means anything.
//   u[n,i]        = y[n, order[i]]                  the channels in their drawn order
//   v[n,i]        = sum_{j<k} w[j] u[n,i+j-p]       p = (k-1)/2, zeros beyond both ends
//   z[n,order[i]] = v[n,i]                          each result back to its channel
//   out           = x * sigmoid(z)
// So channel order[i] still looks at itself through w[p]; only its neighbours, order[i-1] and order[i+1], are
// others than in ECA. Trained from the start the network can adapt to either order.
//
// `order` is a shuffle drawn from Random(seed, Purpose::init, 0, hash of the buffer's path): every block has
// an order of its own, for one order throughout a stage would be ECA with its channels renamed.
//
// Permuting:  z[n,i] = y[n,order[i]]        dy[n,order[i]] = dz[n,i]
#include "layers/attention/eca_permuted.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "layers/activations.hpp"

namespace eca {

using Order = std::vector<int64_t>;

static void check_permutation(const Order& order) {
  const auto C = static_cast<int64_t>(order.size());
  std::vector<bool> seen(order.size());
  for (const int64_t c : order) {
    if (c < 0 || c >= C || seen[static_cast<size_t>(c)]) {
      throw Error("permute_channels: " + std::to_string(c) +
                  (c < 0 || c >= C ? " is out of range" : " is there twice") +
                  ", expected each channel of 0.." + std::to_string(C - 1) + " once");
    }
    seen[static_cast<size_t>(c)] = true;
  }
}

struct PermuteChannelsBackward final : Node {
  Order order;
  PermuteChannelsBackward(const Tensor& y, const Order& order_in) : Node({y}), order(order_in) {}
  const char* name() const override { return "PermuteChannelsBackward"; }
  void backward(const Tensor& dz) override;
};

Tensor permute_channels(const Tensor& y, const Order& order) {
  check_rank("permute_channels", "y", y, "N,C");
  const int64_t N = y.dim(0), C = y.dim(1);
  if (static_cast<int64_t>(order.size()) != C) {
    shape_error("permute_channels", "the order has " + std::to_string(order.size()) + " channels",
                {{"y", y, "N,C", "C = " + std::to_string(C)}});
  }
  check_permutation(order);
  Tensor z = Tensor::empty(y.shape());
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t i = 0; i < C; ++i) z.data()[n * C + i] = y.data()[n * C + order[static_cast<size_t>(i)]];
  }
  return record<PermuteChannelsBackward>(z, y, order);
}

void PermuteChannelsBackward::backward(const Tensor& dz) {
  const int64_t N = dz.dim(0), C = dz.dim(1);
  const GradSlot dy = grad_slot(0);
  if (!dy) return;
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t i = 0; i < C; ++i) {
      const int64_t to = n * C + order[static_cast<size_t>(i)];
      dy.data[to] = dy.add ? dy.data[to] + dz.data()[n * C + i] : dz.data()[n * C + i];
    }
  }
}

ECAPermuted::ECAPermuted(int64_t channels, std::optional<int64_t> k)
    : conv_(add_child<ChannelConv1d>("conv", kernel_size("eca_permuted", channels, k))),
      order_(add_drawn_buffer("order", {channels}, {Init::Kind::permutation})) {}

Tensor ECAPermuted::gate(const Tensor& y) {
  Order order, back(static_cast<size_t>(order_.numel()));
  for (const real c : order_.values()) order.push_back(static_cast<int64_t>(c));
  const Tensor u = permute_channels(y, order);
  for (size_t i = 0; i < order.size(); ++i) back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
  return sigmoid(permute_channels(conv_(u), back));
}

}  // namespace eca
