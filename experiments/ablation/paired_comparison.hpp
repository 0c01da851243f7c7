// Two arms held against each other, seed by seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/ablation/statistics.hpp"

namespace eca {

struct PairedComparison {
  int64_t pairs = 0;                 // seeds that both arms have
  double mean = 0;                   // of the differences; nothing without pairs
  std::optional<Interval> interval;  // absent below two pairs, as all that follow
  std::optional<double> p, p_holm;   // paired t-test; Holm's correction, see correct_for_several
  std::optional<double> smallest;  // true difference that these pairs would have found with 80 % probability

  std::optional<double> difference() const { return pairs > 0 ? std::optional(mean) : std::nullopt; }
  bool told_apart() const { return p_holm && *p_holm < 0.05; }
};

// One difference for each seed that both arms have.
PairedComparison compare_pairs(const std::vector<double>& differences);

// Sets p_holm of those that have a p.
void correct_for_several(const std::vector<PairedComparison*>& comparisons);

// As text for tables: a value by printf's pattern, an interval as "low to high"; "-" where there is none.
std::string text_or_dash(const char* pattern, const std::optional<double>& value);
std::string text_or_dash(const char* pattern, const std::optional<Interval>& interval);

// The columns of a comparison in a table, and its cells. `with_sign` and `plain` are printf's patterns for differences and for
// what has no sign.
std::vector<std::string> comparison_columns();
std::vector<std::string> comparison_cells(const PairedComparison& comparison, const char* with_sign,
                                          const char* plain);

}  // namespace eca
