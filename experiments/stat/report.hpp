// The costs of one network or attention block under one set of rules.
#pragma once

#include <string>
#include <vector>

#include "experiments/stat/rules.hpp"
#include "experiments/stat/subject.hpp"

namespace eca {

inline constexpr int64_t kValueBytes = 4;  // sizes are those of float32, whatever the program computes in

struct Row {
  Operation op;
  Cost cost;
};

struct Total {
  int64_t parameters = 0;
  int64_t macs = 0;           // of convolutions and linear layers
  Cost cost;                  // by the rules
  int64_t output_values = 0;  // in the outputs of all rows
  int64_t kept_values = 0;    // that training keeps for a backward pass, for one image
  double seconds = 0;
};

struct Report {
  std::string title;  // "eca_resnet50", "resnet50+eca:k=3557", "block eca"
  int64_t channels, height, width;
  const Rules* rules;
  std::vector<Row> rows;
  Total total;
  double pass_seconds = 0;               // of the whole forward pass, also where rows are only a part of it
  std::vector<std::string> not_counted;  // kinds of ops that the rules leave out
};

// Runs the subject and counts by the rules. Throws Error on names, options and shapes that cannot be, and on an op that
// the rules do not know.
Report make_report(const Subject& subject, const Rules& rules);
// The same of a network that is there, on the subject's input.
Report make_report(Module& network, const Subject& subject, const Rules& rules);

}  // namespace eca
