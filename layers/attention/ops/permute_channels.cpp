//   z [n,i]        = y[n,order[i]]
//   dy[n,order[i]] = dz[n,i]                y,z (N,C)   order (C)
// Saves: nothing but the order.
#include "layers/attention/ops/permute_channels.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/copy.hpp"

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
  kernels::permute_columns(z.data(), y.data(), order.data(), N, C);
  return record<PermuteChannelsBackward>(z, y, order);
}

void PermuteChannelsBackward::backward(const Tensor& dz) {
  kernels::permute_columns_dx(grad_slot(0), dz.data(), order.data(), dz.dim(0), dz.dim(1));
}

}  // namespace eca
