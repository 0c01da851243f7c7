#include "experiments/explain/page/html_sections.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/explain/page/html_parts.hpp"

namespace eca {

namespace {

std::string gate_key(const Explanation& report) {
  std::string html = "<p class=\"key\">";
  for (size_t i = 0; i < report.gate_classes.size(); ++i)
    html += format("<span style=\"--c: %s\">%s</span>", curve_colour(i),
                   escaped(report.class_name(report.gate_classes[i])).c_str());
  return html + "<span style=\"--c: currentColor\">all images</span></p>\n";
}

// Ends of the axis of gates: 0 and 1 for those of a sigmoid.
std::pair<double, double> gate_range(const BlockGates& block) {
  const auto [low, high] = std::minmax_element(block.table.values.begin(), block.table.values.end());
  return {std::min(0.0, *low), std::max(1.0, *high)};
}

std::string gate_chart(const Explanation& report, const ModelReport& model, const BlockGates& block) {
  const auto [low, high] = gate_range(block);
  const SvgFrame frame = {
      report.models.size() > 1 ? model.network + ", " + block.table.module : block.table.module,
      "channel",
      0,
      static_cast<double>(block.table.channels - 1),
      low,
      high};
  std::vector<SvgCurve> curves;
  for (size_t i = 0; i < report.gate_classes.size(); ++i) {
    const std::vector<double>& means = block.of_class[static_cast<size_t>(report.gate_classes[i])];
    if (!means.empty()) curves.push_back({means, curve_colour(i), 1.2});
  }
  curves.push_back({overall_means(block.table), "currentColor", 1.8});
  return block.table.channels > 1 ? svg_curves(frame, curves) : "";
}

std::string number(double value) { return std::isnan(value) ? "-" : format("%.3f", value); }

std::string gate_table(const ModelReport& model) {
  std::vector<std::vector<std::string>> rows = {
      {"block", "mean", "between classes", "within a class", "neighbours", "any two"}};
  for (const BlockGates& block : model.gates) {
    const GateNumbers& n = block.numbers;
    rows.push_back({block.table.module, number(n.mean), number(n.between), number(n.within),
                    number(n.neighbours), number(n.any_two)});
  }
  return subheading(model.network) + table(rows);
}

}  // namespace

// Block by block, the models one after the other, so that they lie side by side.
std::string gates_section(const Explanation& report) {
  if (!report.has_gates()) return "";
  std::string html = heading("Which channels are opened, for which class");
  html +=
      paragraph(format("The mean gate of every channel over the test images of a class (%lld images in all). "
                       "A gate of 1 lets a channel "
                       "through as it is, a gate of 0 shuts it.",
                       static_cast<long long>(report.models[0].averages->images)));
  html += gate_key(report) + "<div class=\"charts\">\n";
  size_t blocks = 0;
  for (const ModelReport& model : report.models) blocks = std::max(blocks, model.gates.size());
  for (size_t b = 0; b < blocks; ++b) {
    for (const ModelReport& model : report.models) {
      if (b < model.gates.size()) html += gate_chart(report, model, model.gates[b]);
    }
  }
  html += "</div>\n" + paragraph(
                           "Between classes and within a class: standard deviations of a channel's gate, of "
                           "the classes' means and of "
                           "the images around them, averaged over channels. Neighbours, any two: mean "
                           "correlation over the images "
                           "of the gates of channels side by side, and of any two; a small kernel over "
                           "neighbours assumes that "
                           "the first is larger.");
  for (const ModelReport& model : report.models) {
    if (!model.gates.empty()) html += gate_table(model);
  }
  return html;
}

}  // namespace eca
