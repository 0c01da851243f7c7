#include "experiments/explain/page/html_sections.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/explain/page/charts.hpp"
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
      if (b < model.gates.size() && model.gates[b].table.channels > 1)
        html += svg_curves(gate_chart(report, model, model.gates[b]));
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
