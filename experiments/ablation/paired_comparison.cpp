#include "experiments/ablation/paired_comparison.hpp"

#include "experiments/common/format.hpp"

namespace eca {

PairedComparison compare_pairs(const std::vector<double>& differences) {
  PairedComparison comparison = {.pairs = std::ssize(differences)};
  if (comparison.pairs == 0) return comparison;
  comparison.mean = mean(differences);
  if (comparison.pairs < 2) return comparison;
  comparison.interval = interval95(differences);
  comparison.p = paired_t_test(differences);
  comparison.smallest = smallest_effect(comparison.pairs) * standard_deviation(differences);
  return comparison;
}

void correct_for_several(const std::vector<PairedComparison*>& comparisons) {
  std::vector<double> p;
  for (const PairedComparison* comparison : comparisons) {
    if (comparison->p) p.push_back(*comparison->p);
  }
  const std::vector<double> corrected = holm(p);
  size_t next = 0;
  for (PairedComparison* comparison : comparisons) {
    if (comparison->p) comparison->p_holm = corrected[next++];
  }
}

std::string text_or_dash(const char* pattern, const std::optional<double>& value) {
  return value ? format(pattern, *value) : "-";
}

std::string text_or_dash(const char* pattern, const std::optional<Interval>& interval) {
  return interval ? format(pattern, interval->low()) + " to " + format(pattern, interval->high()) : "-";
}

std::vector<std::string> comparison_columns() {
  return {"pairs", "difference", "95 % interval", "p", "p (Holm)", "could have shown", "told apart"};
}

std::vector<std::string> comparison_cells(const PairedComparison& comparison, const char* with_sign,
                                          const char* plain) {
  return {std::to_string(comparison.pairs),
          text_or_dash(with_sign, comparison.difference()),
          text_or_dash(with_sign, comparison.interval),
          text_or_dash("%.4f", comparison.p),
          text_or_dash("%.4f", comparison.p_holm),
          text_or_dash(plain, comparison.smallest),
          !comparison.p             ? "-"
          : comparison.told_apart() ? "yes"
                                    : "no"};
}

}  // namespace eca
