// What explaining one run says in numbers, to stand beside those of other runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/explain/report.hpp"

namespace eca {

// The numbers of one block of one run: its gates.
struct BlockRow {
  std::string module;
  GateNumbers numbers;
};

struct RunNumbers {
  std::string arm;
  int64_t seed = 0;
  std::vector<std::optional<double>> values;  // one a measure; absent where the run has none
  std::vector<BlockRow> blocks;
  std::vector<AveragedMap> maps;  // one an image
};

// What is measured of a run, in order; the numbers of gates are means over the blocks:
//   accuracy                                        percent of all test images, after the last epoch
//   deletion, insertion, on object                  means over the images, and the same minus their controls
//   gate: mean, between classes, within a class, between / within
//   gates' correlation: neighbours, any two, neighbours - any two
const std::vector<std::string>& measure_names();

// Of a report with averages. Values that are not finite, as of gates that do not vary, are absent.
RunNumbers run_numbers(const std::string& arm, int64_t seed, double accuracy, const ModelReport& report);

}  // namespace eca
