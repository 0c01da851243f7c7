#include <algorithm>
#include <cmath>

#include "experiments/drawing/chart_picture.hpp"
#include "experiments/drawing/layout.hpp"
#include "experiments/drawing/line.hpp"
#include "experiments/explain/arms/arm_report.hpp"
#include "experiments/explain/page/charts.hpp"

namespace eca {

namespace {

constexpr int64_t kChart = 400, kHigh = 240, kGap = 14;

bool is_drawn(const RunNumbers& run) { return run.blocks.size() > 1; }

// Where an arm stands among those with gates; its colour.
size_t place_of(const ArmsReport& report, const std::string& arm) {
  size_t place = 0;
  for (const std::string& other : report.arms) {
    if (other == arm) return place;
    place += std::ranges::any_of(report.runs,
                                 [&](const RunNumbers& run) { return run.arm == other && is_drawn(run); });
  }
  return place;
}

// Values that are not finite lie on the lower end.
template <class Number>
Picture panel(const ArmsReport& report, const std::string& title, const Number& number) {
  Chart chart = {.title = title, .x_label = "block", .x_low = 1, .y_low = 0, .y_high = 0};
  for (const RunNumbers& run : report.runs) {
    if (!is_drawn(run)) continue;
    Curve curve = {{}, curve_colour(place_of(report, run.arm)), 1.5};
    for (const BlockRow& block : run.blocks) {
      const double value = number(block.numbers);
      curve.values.push_back(std::isfinite(value) ? value : 0);
      chart.y_low = std::min(chart.y_low, curve.values.back());
      chart.y_high = std::max(chart.y_high, curve.values.back());
    }
    chart.x_high = std::max(chart.x_high, static_cast<double>(run.blocks.size()));
    chart.curves.push_back(curve);
  }
  chart.y_high = chart.y_high > chart.y_low ? chart.y_high + 0.05 * (chart.y_high - chart.y_low) : 1;
  return chart_picture(chart, kChart, kHigh);
}

}  // namespace

bool has_gates(const ArmsReport& report) { return std::ranges::any_of(report.runs, is_drawn); }

Picture arms_picture(const ArmsReport& report) {
  std::vector<Picture> key;
  for (const std::string& arm : report.arms) {
    if (std::ranges::none_of(report.runs,
                             [&](const RunNumbers& run) { return run.arm == arm && is_drawn(run); }))
      continue;
    key.push_back(
        text_picture(arm + ", a line a seed", kChart, parse_colour(curve_colour(place_of(report, arm)))));
  }
  return with_margin(
      stacked({tiled(key, 3, kGap),
               tiled({panel(report, "gate: between classes / within",
                            [](const GateNumbers& n) { return n.between / n.within; }),
                      panel(report, "correlation: neighbours - any two",
                            [](const GateNumbers& n) { return n.neighbours - n.any_two; }),
                      panel(report, "gate: mean", [](const GateNumbers& n) { return n.mean; })},
                     3, kGap)},
              kGap),
      kGap);
}

}  // namespace eca
