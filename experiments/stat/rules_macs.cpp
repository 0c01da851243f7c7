// Every op by what it does. K is the number of products that make one output:
//                        MAdd             Flops (a multiply-add is one)
//   convolution, linear  y (2K - 1 + b)   y (K + b)     b = 1 with bias
//   batch norm           4 y              2 y           (x - mean) * inv_std * gamma + beta
//   sigmoid              4 y              4 y           negate, exp, add, divide
//   max pooling          y (k^2 - 1)      same
//   average pooling      y k^2            same          k^2 = H W where it is global
//   add, multiply, ReLU  y                same
//   moving values        0                0
// Read are all inputs once, written is the output once.
#include "core/error.hpp"
#include "experiments/stat/rules.hpp"

namespace eca {

// Products in one output of a convolution or a linear layer; 0 for other ops.
static int64_t products(const Operation& op) {
  if (op.kind == "Conv2d") return op.w().dim(0) * op.w().dim(1) * op.w().dim(2);
  if (op.kind == "Linear" || op.kind == "Matmul" || op.kind == "ChannelConv1d") return op.w().dim(0);
  return 0;
}

int64_t macs(const Operation& op) { return op.output.numel() * products(op); }

Cost exact_cost(const Operation& op) {
  const int64_t y = op.output.numel(), K = products(op);
  Cost cost = {.write = y};
  for (const Shape& input : op.inputs) cost.read += input.numel();
  const auto each = [&](int64_t madd, int64_t flops) {
    cost.madd = madd * y;
    cost.flops = flops * y;
    return cost;
  };
  const auto is = [&](auto... kinds) { return ((op.kind == kinds) || ...); };

  if (K > 0) {
    const int64_t bias = op.inputs.size() > 2 ? 1 : 0;
    return each(2 * K - 1 + bias, K + bias);
  }
  if (is("BatchNorm")) {
    cost.read += 2 * op.output.dim(-1);  // the running statistics
    return each(4, 2);
  }
  if (is("Sigmoid")) return each(4, 4);
  if (is("MaxPool2d")) return each(op.window - 1, op.window - 1);
  if (is("AveragePool2d")) return each(op.window, op.window);
  if (is("GlobalAveragePool", "Sum")) return each(op.x().numel() / y, op.x().numel() / y);
  if (is("Relu", "Relu6", "Add", "Sub", "Mul", "Scale", "ScaleChannels", "Dropout")) return each(1, 1);
  if (is("Concat")) return each(0, 0);
  if (is("PadShortcut")) {
    cost.read = y / op.output.dim(-1) * op.x().dim(-1);
    return each(0, 0);
  }
  if (is("Reshape")) return {};  // another shape over the same values
  throw Error("stat: op " + op.kind + " in " + op.module + " has no rule; rules are in experiments/stat/");
}

}  // namespace eca
