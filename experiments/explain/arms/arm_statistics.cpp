#include "experiments/explain/arms/arm_statistics.hpp"

namespace eca {

namespace {

ArmMean arm_mean(const std::string& arm, const std::vector<RunNumbers>& runs, size_t measure) {
  ArmMean all;
  for (const RunNumbers& run : runs) {
    if (run.arm == arm && run.values[measure]) all.values.push_back(*run.values[measure]);
  }
  if (!all.values.empty()) all.mean = mean(all.values);
  if (all.values.size() > 1) all.interval = interval95(all.values);
  return all;
}

std::vector<double> paired(const std::string& one, const std::string& other,
                           const std::vector<RunNumbers>& runs, size_t measure) {
  std::vector<double> differences;
  for (const RunNumbers& a : runs) {
    for (const RunNumbers& b : runs) {
      if (a.arm == one && b.arm == other && a.seed == b.seed && a.values[measure] && b.values[measure])
        differences.push_back(*a.values[measure] - *b.values[measure]);
    }
  }
  return differences;
}

}  // namespace

std::vector<MeasureOfArms> compare_arms(const std::vector<std::string>& arms,
                                        const std::vector<RunNumbers>& runs) {
  std::vector<MeasureOfArms> all;
  for (size_t m = 0; m < measure_names().size(); ++m) {
    MeasureOfArms measure = {.name = measure_names()[m]};
    bool any = false;
    for (size_t j = 0; j < arms.size(); ++j) {
      measure.arms.push_back(arm_mean(arms[j], runs, m));
      any = any || measure.arms.back().mean;
      for (size_t i = 0; i < j; ++i) {
        const std::vector<double> differences = paired(arms[j], arms[i], runs, m);
        if (!differences.empty())
          measure.differences.push_back({compare_pairs(differences), arms[j], arms[i]});
      }
    }
    std::vector<PairedComparison*> comparisons;
    for (ArmDifference& difference : measure.differences) comparisons.push_back(&difference);
    correct_for_several(comparisons);
    if (any) all.push_back(measure);
  }
  return all;
}

}  // namespace eca
