// Every op by what it does. K is the number of products that make one output value:
//                        MAdd             Flops (a multiply-add is one)
//   convolution, linear  y (2K - 1 + b)   y (K + b)     b = 1 with bias
//   max pooling          y (k^2 - 1)      same
//   average pooling      y k^2            same
//   all others           as in the table below, by values of the output or of the input
// Read are all inputs once, written is the output once.
#include <algorithm>
#include <iterator>

#include "core/base/error.hpp"
#include "experiments/stat/rules.hpp"

namespace eca {

namespace {

enum class Per { output, input };

struct Line {
  const char* op;
  Per value;
  int64_t madd, flops;
};

// To count another op: one line here.
constexpr Line kLines[] = {
    {"BatchNorm", Per::output, 4, 2},  // (x - mean) * inv_std * gamma + beta
    {"GroupNorm", Per::output, 4, 2},
    {"Relu", Per::output, 1, 1},
    {"Relu6", Per::output, 1, 1},
    {"HardSwish", Per::output, 4, 4},  // x * relu6(x + 3) / 6
    {"Sigmoid", Per::output, 4, 4},    // negate, exp, add, divide
    {"Add", Per::output, 1, 1},
    {"Sub", Per::output, 1, 1},
    {"Mul", Per::output, 1, 1},
    {"Scale", Per::output, 1, 1},
    {"ScaleChannels", Per::output, 1, 1},
    {"ScalePixels", Per::output, 1, 1},
    {"ScaleStrips", Per::output, 2, 2},   // one factor a row, one a column
    {"RmsNormalise", Per::output, 3, 2},  // square, add, divide
    {"Dropout", Per::output, 1, 1},
    {"Sum", Per::input, 1, 1},
    {"GlobalAveragePool", Per::input, 1, 1},
    {"GlobalMaxPool", Per::input, 1, 1},
    {"ChannelPool", Per::input, 2, 2},  // largest and mean
    {"StripPool", Per::input, 2, 2},    // means of rows and of columns
    {"L2Pool", Per::input, 2, 1},       // square, add
    {"MeanStdPool", Per::input, 4, 3},  // mean; difference, square, add
    {"SimamEnergy", Per::input, 6, 5},  // mean; difference, square, add; divide, add
    {"RoiAlign", Per::output, 32, 16},  // four samples of four pixels; sampling_ratio 2
    {"Concat", Per::output, 0, 0},      // these move values
    {"PadShortcut", Per::output, 0, 0},
    {"PermuteChannels", Per::output, 0, 0},
    {"TakeStrips", Per::output, 0, 0},
    {"UpsampleNearest", Per::output, 0, 0},
    {"Reshape", Per::output, 0, 0},
};

// K; 0 for ops that are no sums of products.
int64_t products(const Operation& op) {
  if (op.kind == "Conv2d") return op.w().dim(0) * op.w().dim(1) * op.w().dim(2);
  if (op.kind == "Linear" || op.kind == "Matmul" || op.kind == "ChannelConv1d") return op.w().dim(0);
  if (op.kind == "ChannelRows") return op.w().dim(1);
  return op.kind == "ChannelAffine" ? 1 : 0;
}

int64_t values_read(const Operation& op) {
  if (op.kind == "Reshape") return 0;  // another shape over the same values
  if (op.kind == "PadShortcut") return op.output.numel() / op.output.dim(-1) * op.x().dim(-1);
  int64_t values = op.kind == "BatchNorm" ? 2 * op.output.dim(-1) : 0;  // the running statistics
  for (const Shape& input : op.inputs) values += input.numel();
  return values;
}

}  // namespace

// Each input of a transposed convolution is in KH*KW*O products, of outputs that it does not share out evenly.
int64_t macs(const Operation& op) {
  if (op.kind == "ConvTranspose2d") return op.x().numel() * op.w().dim(0) * op.w().dim(1) * op.w().dim(2);
  return op.output.numel() * products(op);
}

Cost exact_cost(const Operation& op) {
  const int64_t y = op.output.numel(), yK = macs(op);
  const auto cost = [&](int64_t madd, int64_t flops) {
    return Cost{.madd = madd,
                .flops = flops,
                .read = values_read(op),
                .write = op.kind == "Reshape" ? 0 : op.output.numel()};
  };
  if (yK > 0) {
    const int64_t bias = op.inputs.size() > 2 ? 1 : 0;
    return cost(2 * yK + y * (bias - 1), yK + y * bias);
  }
  if (op.kind == "MaxPool2d") return cost(y * (op.window - 1), y * (op.window - 1));
  if (op.kind == "AveragePool2d") return cost(y * op.window, y * op.window);
  const auto line =
      std::find_if(std::begin(kLines), std::end(kLines), [&](const Line& l) { return op.kind == l.op; });
  if (line == std::end(kLines)) {
    throw Error("stat: op " + op.kind + " in " + op.module +
                " has no rule; the table is in experiments/stat/rules_macs.cpp");
  }
  const int64_t values = line->value == Per::output ? y : op.x().numel();
  return cost(line->madd * values, line->flops * values);
}

}  // namespace eca
