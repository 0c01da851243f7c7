#include "experiments/stat/cuts.hpp"

#include "core/base/error.hpp"
#include "experiments/common/format.hpp"
#include "experiments/stat/columns.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/detector_name.hpp"

namespace eca {

std::vector<Report> cut_reports(const Subject& given, const Rules& rules) {
  if (given.block || !split_detector_name(given.text).small()) {
    throw Error("stat: --cuts of \"" + given.text +
                "\", expected a small detector, as in small_mask_rcnn:eca_resnet18");
  }
  Subject subject = with_default_input(given);
  subject.kept_values = false;
  const DetectorConfig small = detector_of(subject);
  std::vector<Report> reports;
  for (const auto& [name, config] : detector_cuts(small.kind, small.backbone.model, small.classes)) {
    const auto detector = make_detector(config);
    reports.push_back(make_report(*detector, subject, rules));
    reports.back().title = name;
  }
  return reports;
}

// "31.2 %"
static std::string percent_of(int64_t part, int64_t whole) {
  return format("%.1f %%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string cuts_table(const std::vector<Report>& reports, QuantityFormat format) {
  std::vector<std::vector<std::string>> rows = {{"", "params", "", "left", "MACs", "", "left"}};
  for (size_t i = 0; i < reports.size(); ++i) {
    const Total &total = reports[i].total, &before = reports[i == 0 ? 0 : i - 1].total;
    rows.push_back({reports[i].title, with_commas(total.parameters), quantity(total.parameters, format),
                    i == 0 ? "" : percent_of(total.parameters, before.parameters), with_commas(total.macs),
                    quantity(total.macs, format), i == 0 ? "" : percent_of(total.macs, before.macs)});
  }
  return in_columns(rows);
}

}  // namespace eca
