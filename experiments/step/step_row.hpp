// One node of a backward pass, as it was walked.
#pragma once

#include <string>
#include <vector>

#include "core/base/shape.hpp"
#include "experiments/step/value_range.hpp"

namespace eca {

// dLoss/dInput of one input, as it stands after the node's backward: nodes that are walked later may add to it.
struct InputGradient {
  std::string name;  // of the input: "layer1.0.conv1.weight"
  Shape shape;
  ValueRange values;
};

// A tensor that the node had kept for its backward.
struct SavedTensor {
  std::string role;  // what the node calls it: "w"
  std::string name;  // its own: "layer1.0.conv1.weight"; empty for what the op itself made and nobody named
  Shape shape;
  bool stored = false;  // false: it has no values, whoever reads it works them out
  ValueRange values;
};

struct StepRow {
  int64_t seq = 0;       // place on the tape: the walk goes from the last to 0
  std::string node;      // "Conv2dBackward"
  std::string scope;     // module path, "layer1.0.conv1"; empty outside any module
  std::string y;         // name of its output, "layer1.0.conv1.y"
  Shape output;          // of y, and so of dy
  bool reached = false;  // false: nothing leads from the node to the loss, and its backward was not called
  ValueRange dy;         // of dLoss/dy; where it was reached, as the next
  std::vector<InputGradient> gradients;  // of inputs that want one
  std::vector<SavedTensor> saved;        // empty where an op does not say
  int64_t saved_bytes = 0;  // of tensors that the node kept for its backward; several nodes may keep the same
  int64_t freed_bytes = 0;  // given back when the node was done: dy, and what nobody else keeps
  int64_t live_bytes = 0;   // in use by all tensors after that
};

// Whether dy or one of the gradients has a value that is NaN or infinite.
bool has_not_finite(const StepRow& row);

// The columns of a file of rows, comma-separated, and a row in it, both with the end of the line. Shapes are written
// 8x16x16x3. The gradients of all inputs stand in one column, separated by "; ", and so do the saved tensors.
std::string csv_head();
std::string csv_line(const StepRow& row);

// The row on some lines, for a terminal.
std::string screen_text(const StepRow& row);

}  // namespace eca
