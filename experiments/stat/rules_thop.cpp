// As thop counted (github.com/Lyken17/pytorch-OpCounter) when the tables of ECA-Net were made. It has one count,
// Flops; MAdd and memory here are exact. For y output values of K products each:
//   convolution      y K
//   linear           y (2K - 1)
//   batch norm       4 y
//   global average   (HW + 1) C      0 where a forward takes it without a module of its own, as MobileNetV2 and CBAM do
//   ReLU, ReLU6      y until August 2019, 0 since then
// Until then a module's count was assigned at every call, not added: one ReLU that serves a whole residual block
// counts as its last call alone. Sigmoid, products, additions and max-pooling count 0.
#include "experiments/stat/rules.hpp"

namespace eca {

static Cost with_flops(const Operation& op, int64_t flops, bool counted = true) {
  Cost cost = exact_cost(op);
  cost.flops = flops;
  cost.counted = counted;
  return cost;
}

Cost thop_2019_08_cost(const Operation& op) {
  const int64_t y = op.output.numel();
  if (op.kind == "Conv2d" || op.kind == "ChannelConv1d") return with_flops(op, macs(op));
  if (op.kind == "Linear") return with_flops(op, 2 * macs(op) - y);
  if (op.kind == "BatchNorm") return with_flops(op, 4 * y);
  const bool in_module =
      op.module.find('.') != std::string::npos && op.module.find("cbam.") == std::string::npos;
  if (op.kind == "GlobalAveragePool" && in_module) return with_flops(op, op.x().numel() + y);
  return with_flops(op, 0, false);
}

Cost thop_2019_07_cost(const Operation& op) {
  if (op.kind == "Relu" || op.kind == "Relu6") return with_flops(op, op.output.numel());
  return thop_2019_08_cost(op);
}

}  // namespace eca
