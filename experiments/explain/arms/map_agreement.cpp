#include "experiments/explain/arms/map_agreement.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/ablation/statistics.hpp"

namespace eca {

std::optional<double> correlation(const Map& a, const Map& b) {
  if (a.height != b.height || a.width != b.width) return std::nullopt;
  const double mean_a = mean(a.values), mean_b = mean(b.values);
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const double x = a.values[i] - mean_a, y = b.values[i] - mean_b;
    ab += x * y, aa += x * x, bb += y * y;
  }
  if (aa <= 0 || bb <= 0) return std::nullopt;
  return ab / std::sqrt(aa * bb);
}

std::optional<double> agreement(const RunNumbers& a, const RunNumbers& b) {
  std::vector<double> values;
  for (size_t i = 0; i < std::min(a.maps.size(), b.maps.size()); ++i) {
    if (a.maps[i].predicted != b.maps[i].predicted) continue;
    if (const auto value = correlation(a.maps[i].map, b.maps[i].map)) values.push_back(*value);
  }
  return values.empty() ? std::nullopt : std::optional(mean(values));
}

static std::optional<double> mean_if_any(const std::vector<double>& values) {
  return values.empty() ? std::nullopt : std::optional(mean(values));
}

static ArmAgreement agreement_of_arms(const std::string& one, const std::string& other,
                                      const std::vector<RunNumbers>& runs) {
  std::vector<double> other_seed, same_seed, all;
  for (size_t i = 0; i < runs.size(); ++i) {
    for (size_t j = 0; j < runs.size(); ++j) {
      const RunNumbers &a = runs[i], &b = runs[j];
      if (a.arm != one || b.arm != other || (one == other && i >= j)) continue;
      const auto value = agreement(a, b);
      if (!value) continue;
      (a.seed == b.seed ? same_seed : other_seed).push_back(*value);
      all.push_back(*value);
    }
  }
  ArmAgreement found = {
      .one = one, .other = other, .other_seed = mean_if_any(other_seed), .same_seed = mean_if_any(same_seed)};
  if (!all.empty()) {
    found.lowest = *std::ranges::min_element(all);
    found.highest = *std::ranges::max_element(all);
  }
  return found;
}

std::vector<ArmAgreement> agreements(const std::vector<std::string>& arms,
                                     const std::vector<RunNumbers>& runs) {
  std::vector<ArmAgreement> all;
  for (size_t i = 0; i < arms.size(); ++i) {
    for (size_t j = i; j < arms.size(); ++j) all.push_back(agreement_of_arms(arms[i], arms[j], runs));
  }
  return all;
}

}  // namespace eca
