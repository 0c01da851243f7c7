// Arms of several seeds each, held against one another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/ablation/paired_comparison.hpp"
#include "experiments/explain/arms/run_numbers.hpp"

namespace eca {

// One measure of one arm.
struct ArmMean {
  std::vector<double> values;        // of its runs, by seed
  std::optional<double> mean;        // absent without a run that has it
  std::optional<Interval> interval;  // over seeds; absent below two
};

// One arm minus another, over the seeds that both have.
struct ArmDifference : PairedComparison {
  std::string one, other;
};

struct MeasureOfArms {
  std::string name;
  std::vector<ArmMean> arms;  // in the order of `arms`
  std::vector<ArmDifference>
      differences;  // every later arm minus every earlier one, where both have the measure
};

// One for each measure that any run has. `arms` in their order.
std::vector<MeasureOfArms> compare_arms(const std::vector<std::string>& arms,
                                        const std::vector<RunNumbers>& runs);

}  // namespace eca
