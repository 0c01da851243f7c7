#include "experiments/explain/page/html_sections.hpp"

#include "experiments/common/format.hpp"
#include "experiments/explain/page/charts.hpp"
#include "experiments/explain/page/html_parts.hpp"
#include "experiments/explain/page/matrix_picture.hpp"

namespace eca {

namespace {

std::string kernels_of(const ModelReport& model) {
  std::string matrices, kernels;
  const double most = largest_weight(model);
  for (const BlockGates& block : model.gates) {
    if (!block.matrix) continue;
    const GateMatrix& matrix = *block.matrix;
    const std::string name = "<b>" + escaped(block.table.module) + "</b><br>";
    matrices +=
        figure(matrix_picture(matrix), "W of " + block.table.module,
               name + format("%lld channels, %s, largest %.2g", static_cast<long long>(matrix.channels),
                             structure(matrix).c_str(), largest_weight_of(matrix.W)),
               "matrix");
    if (!matrix.kernel.empty())
      kernels += "<figure class=\"kernel\">" + svg_bars(matrix.kernel, most, curve_colour(0)) +
                 "<figcaption>" + name + format("k = %zu", matrix.kernel.size()) + "</figcaption></figure>\n";
  }
  if (matrices.empty())
    return paragraph("The gates of " + escaped(model.network) +
                     " are no function of the channels' means alone: there is no matrix to show.");
  return (kernels.empty() ? "" : "<div class=\"row\">\n" + kernels + "</div>\n") + "<div class=\"row\">\n" +
         matrices + "</div>\n";
}

}  // namespace

std::string kernels_section(const Explanation& report) {
  if (!report.has_gates()) return "";
  std::string html = heading("From means to gates");
  html += paragraph(
      "Gate = sigmoid(z), and z = W y, where y are the means of the channels. Rows of W are the channels "
      "that are gated, columns "
      "those that they look at: red weights are above 0, blue ones below, on each picture up to its largest. "
      "Of SE, which has "
      "a ReLU in between, W belongs to the mean y of the test images. ECA's k weights, shared by all "
      "channels, stand as bars.");
  for (const ModelReport& model : report.models) {
    if (model.gates.empty()) continue;
    html += subheading(model.network) + kernels_of(model);
  }
  return html;
}

}  // namespace eca
