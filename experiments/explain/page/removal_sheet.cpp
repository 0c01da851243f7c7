#include "experiments/explain/page/removal_sheet.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/drawing/chart_picture.hpp"
#include "experiments/drawing/layout.hpp"
#include "experiments/explain/page/charts.hpp"

namespace eca {

namespace {

constexpr int64_t kChartGap = 12, kChartWidth = 390, kChartHeight = 220;

// The pictures' font has no plus-minus.
std::string ascii(std::string text) {
  for (size_t i = text.find("±"); i != std::string::npos; i = text.find("±")) text.replace(i, 2, "+-");
  return text;
}

void add_numbers(std::vector<Picture>& lines, const std::string& name, const Compared& compared,
                 const std::string& control) {
  const std::vector<double> differences = compared.differences();
  for (const std::string& text :
       {name + " " + ascii(mean_and_interval(compared.values)),
        "  " + control + " " + ascii(mean_and_interval(compared.controls)),
        "  difference " + ascii(mean_and_interval(differences)), "  " + verdict(differences)})
    lines.push_back(text_picture(text, kChartWidth));
}

Picture numbers_picture(const Averages& averages) {
  std::vector<Picture> lines;
  add_numbers(lines, "deletion", averages.deletion, "random order");
  add_numbers(lines, "insertion", averages.insertion, "random order");
  if (!averages.on_object.values.empty())
    add_numbers(lines, "on object", averages.on_object, "another's map");
  return stacked(lines, 0);
}

}  // namespace

std::optional<Picture> removal_sheet(const Explanation& report, int64_t width) {
  if (!report.models[0].averages) return std::nullopt;
  const int64_t columns = std::max<int64_t>(1, (width + kChartGap) / (kChartWidth + kChartGap));
  std::vector<Picture> parts = {
      text_picture("Do these places matter?", width, kInk, 3),
      text_picture(format("%lld images, mean and 95 %% interval; dashed: a random order",
                          static_cast<long long>(report.models[0].averages->images)),
                   width, kPaleInk)};
  for (const ModelReport& model : report.models) {
    if (report.models.size() > 1) parts.push_back(text_picture(model.network, width));
    parts.push_back(tiled({chart_picture(deletion_chart(*model.averages), kChartWidth, kChartHeight),
                           chart_picture(insertion_chart(*model.averages), kChartWidth, kChartHeight),
                           numbers_picture(*model.averages)},
                          columns, kChartGap));
  }
  return stacked(parts, kChartGap);
}

}  // namespace eca
