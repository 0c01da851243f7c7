#include "experiments/explain/page/charts.hpp"

#include <algorithm>

namespace eca {

static Chart removal_chart(const char* name, const std::vector<double>& curve,
                           const std::vector<double>& random) {
  return {.title = std::string(name) + ": probability of the class",
          .x_label = "share of the pixels",
          .curves = {{random, "currentColor", 1.2, true}, {curve, curve_colour(0), 2}}};
}

Chart deletion_chart(const Averages& averages) {
  return removal_chart("deletion", averages.deletion_curve, averages.random_deletion_curve);
}

Chart insertion_chart(const Averages& averages) {
  return removal_chart("insertion", averages.insertion_curve, averages.random_insertion_curve);
}

// The axis of gates goes from 0 to 1, for those of a sigmoid.
Chart gate_chart(const Explanation& report, const ModelReport& model, const BlockGates& block) {
  const auto [low, high] = std::minmax_element(block.table.values.begin(), block.table.values.end());
  Chart chart = {
      .title = report.models.size() > 1 ? model.network + ", " + block.table.module : block.table.module,
      .x_label = "channel",
      .x_high = static_cast<double>(block.table.channels - 1),
      .y_low = std::min(0.0, *low),
      .y_high = std::max(1.0, *high)};
  for (size_t i = 0; i < report.gate_classes.size(); ++i) {
    const std::vector<double>& means = block.of_class[static_cast<size_t>(report.gate_classes[i])];
    if (!means.empty()) chart.curves.push_back({means, curve_colour(i), 1.2});
  }
  chart.curves.push_back({overall_means(block.table), "currentColor", 1.8});
  return chart;
}

const char* curve_colour(size_t i) {
  static constexpr const char* kColours[] = {"#4477aa", "#ee6677", "#228833",
                                             "#ccbb44", "#66ccee", "#aa3377"};
  return kColours[i % std::size(kColours)];
}

}  // namespace eca
