// As torchstat counts (github.com/Swall0w/torchstat at b52a3b0). It sees modules, not functions: additions, products
// and paddings do not exist for it, and modules that it does not know (adaptive pooling, 1-D convolution, sigmoid)
// count 0. A module that runs several times counts once.
#include "experiments/stat/rules.hpp"

namespace eca {

Cost torchstat_cost(const Operation& op) {
  const int64_t y = op.output.numel();
  const auto cost = [&](int64_t madd, int64_t flops, int64_t weights) {
    return Cost{.madd = madd, .flops = flops, .read = op.x().numel() + weights, .write = y};
  };
  if (op.kind == "Conv2d" || op.kind == "Linear") {
    const bool linear = op.kind == "Linear";
    const int64_t K = macs(op) / y, weights = op.parameters;
    const int64_t bias = op.inputs.size() > 2 && !linear ? 1 : 0;  // a linear layer's is overlooked
    return cost(y * (2 * K - 1 + bias), y * (K + bias), weights);
  }
  if (op.kind == "BatchNorm") return cost(4 * y, 2 * y, 2 * op.output.dim(-1));
  if (op.kind == "Relu" || op.kind == "Relu6") return cost(y, y, 0);
  if (op.kind == "MaxPool2d") return cost((op.window - 1) * y, op.x().numel(), 0);
  if (op.kind == "AveragePool2d") return cost(op.window * y, op.x().numel(), 0);
  return {.counted = false};
}

}  // namespace eca
