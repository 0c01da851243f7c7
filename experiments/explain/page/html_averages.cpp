#include "experiments/explain/page/html_sections.hpp"

#include "experiments/common/format.hpp"
#include "experiments/explain/page/charts.hpp"
#include "experiments/explain/page/html_parts.hpp"

namespace eca {

namespace {

std::vector<std::string> row_of(const std::string& name, const Compared& compared) {
  return {name, mean_and_interval(compared.values), mean_and_interval(compared.controls),
          mean_and_interval(compared.differences()), verdict(compared.differences())};
}

std::string numbers_of(const Averages& a) {
  std::vector<std::vector<std::string>> rows = {{"", "this map", "control", "difference", "it is"},
                                                row_of("deletion, area", a.deletion),
                                                row_of("insertion, area", a.insertion)};
  if (a.on_object.values.empty()) return table(rows);
  rows.push_back(row_of("share on the object", a.on_object));
  const std::string empty =
      a.empty_maps > 0 ? format("; the maps of %lld more are empty", static_cast<long long>(a.empty_maps))
                       : "";
  return table(rows) +
         paragraph(format("The objects take %s of the area (%zu images with an object%s).",
                          mean_and_interval(a.object_areas).c_str(), a.object_areas.size(), empty.c_str()));
}

std::string curves_of(const Averages& a) {
  return "<div class=\"charts\">" + svg_curves(deletion_chart(a)) + svg_curves(insertion_chart(a)) +
         "</div>\n";
}

// Each further model minus the first, image by image.
std::string against_first(const Explanation& report) {
  if (report.models.size() < 2) return "";
  std::vector<std::vector<std::string>> rows = {{"", "deletion, area", "insertion, area"}};
  const bool masks = !report.models[0].averages->on_object.values.empty();
  if (masks) rows[0].push_back("share on the object");
  for (size_t r = 1; r < report.models.size(); ++r) {
    rows.push_back({report.models[r].network});
    for (const ModelDifference& difference :
         differences_of(*report.models[r].averages, *report.models[0].averages))
      rows.back().push_back(mean_and_interval(difference.values) + ", " + verdict(difference.values));
  }
  return subheading("Minus " + report.models[0].network + ", image by image") + table(rows);
}

}  // namespace

std::string averages_section(const Explanation& report) {
  if (!report.models[0].averages) return "";
  std::string html = heading("Do these places matter?");
  html += paragraph(
      format("Over %lld images of %s, mean and 95 %% interval. <b>Deletion</b> takes pixels away, the "
             "largest values of the "
             "map first, and watches the probability of the predicted class: a small area is good. "
             "<b>Insertion</b> gives "
             "them back to an empty image: a large area is good. The control is a random order (dashed).",
             static_cast<long long>(report.models[0].averages->images), escaped(report.data).c_str()));
  const bool masks = !report.models[0].averages->on_object.values.empty();
  if (masks)
    html += paragraph(
        "<b>Share on the object</b>: how much of the map lies on it. The control is the map of another "
        "image: one that is "
        "always in the middle is no better.");
  for (const ModelReport& model : report.models)
    html += subheading(model.network, model.path) + numbers_of(*model.averages) + curves_of(*model.averages);
  return html + against_first(report);
}

}  // namespace eca
