// The costs of one network or attention block under one set of rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/stat/rules.hpp"
#include "models/registry.hpp"

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

struct Subject {
  std::string text;  // a network, "eca_resnet50" or "resnet50+eca:k=3557"; or an attention block, "eca:k=5"
  bool block = false;
  int64_t channels = 0, height = 0, width = 0;  // of the input; 0: the network's own
  std::optional<Shortcut> shortcut;             // absent: the network's own
  int64_t classes = 0;                          // 0: the network's own
  bool attention_only = false;                  // only what the network has more than the plain one
  int passes = 1;                               // timed
};

// Throws Error on names, options and shapes that cannot be.
Report make_report(const Subject& subject, const Rules& rules);

}  // namespace eca
