// Arms of several seeds each, held against one another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/ablation/statistics.hpp"
#include "experiments/explain/arms/run_numbers.hpp"

namespace eca {

// One measure of one arm.
struct ArmMean {
  std::vector<double> values;        // of its runs, by seed
  std::optional<double> mean;        // absent without a run that has it
  std::optional<Interval> interval;  // over seeds; absent below two
};

// One arm minus another, over the seeds that both have.
struct ArmDifference {
  std::string one, other;
  int64_t pairs = 0;
  double mean = 0;
  std::optional<Interval> interval;  // of paired differences; absent below two pairs, as the next
  std::optional<double> p, p_holm;   // paired t-test; Holm's over the pairs of arms of this measure
  std::optional<double> smallest;  // true difference that these pairs would have found with 80 % probability
  bool told_apart() const { return p_holm && *p_holm < 0.05; }
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
