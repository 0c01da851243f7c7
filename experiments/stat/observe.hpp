// What one forward pass did, op by op, read off the tape.
#pragma once

#include <string>
#include <vector>

#include "layers/module.hpp"

namespace eca {

struct Operation {
  std::string kind;           // "Conv2d", "Relu": the node's name without "Backward"
  std::string module;         // "layer1.0.conv1"; of an op without parameters "layer1.0.relu"
  std::vector<Shape> inputs;  // x, then weights
  Shape output;
  int64_t parameters = 0;  // values in the parameters that it is the first to use
  int64_t window = 1;      // of a pooling op, kernel^2
  double seconds = 0;

  const Shape& x() const { return inputs.at(0); }
  const Shape& w() const { return inputs.at(1); }
};

struct Observation {
  std::vector<Operation> operations;
  int64_t kept_values = 0;  // for one image, in the arrays that training keeps from forward to backward
  double seconds() const;
};

// Runs the network in evaluation on zeros of shape `input` (1,H,W,C), with every op by itself: none is fused with
// its neighbours. The fastest of `passes` is reported. kept_values are measured in training, with the ops that
// training would run (layers/ops_mode.hpp), and are 0 without `kept`. Needs no initial values, since zeros cost what other numbers do; moves
// running statistics, and leaves the network in evaluation. Two calls of one module, such as the ReLUs of a
// residual block, are two operations with one name. Throws what the network throws on such an input.
Observation observe(Module& network, const Shape& input, int passes = 1, bool kept = true);

}  // namespace eca
