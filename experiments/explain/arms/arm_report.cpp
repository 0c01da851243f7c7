#include "experiments/explain/arms/arm_report.hpp"

#include "experiments/common/format.hpp"
#include "experiments/explain/arms/arm_statistics.hpp"
#include "experiments/explain/arms/map_agreement.hpp"

namespace eca {

namespace {

// Accuracies are percent, all others shares.
const char* pattern_of(const std::string& measure, bool sign) {
  if (measure == "accuracy") return sign ? "%+.2f" : "%.2f";
  return sign ? "%+.4f" : "%.4f";
}

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

std::string head(const std::vector<std::string>& cells) {
  std::string line = "|---|";
  for (size_t i = 1; i < cells.size(); ++i) line += "---:|";
  return row(cells) + line + "\n";
}

std::string mean_text(const MeasureOfArms& measure, const ArmMean& arm) {
  const char* pattern = pattern_of(measure.name, false);
  if (!arm.interval) return text_or_dash(pattern, arm.mean);
  return format(pattern, arm.interval->mean) + " ± " + format(pattern, arm.interval->half_width);
}

std::string means_table(const ArmsReport& report, const std::vector<MeasureOfArms>& measures) {
  std::vector<std::string> cells = {""};
  cells.insert(cells.end(), report.arms.begin(), report.arms.end());
  std::string text = head(cells);
  for (const MeasureOfArms& measure : measures) {
    cells = {measure.name};
    for (const ArmMean& arm : measure.arms) cells.push_back(mean_text(measure, arm));
    text += row(cells);
  }
  return text;
}

std::string arms_of(const ArmDifference& d) { return d.one + " - " + d.other; }

std::string difference_row(const MeasureOfArms& measure, const ArmDifference& d) {
  std::vector<std::string> cells = {measure.name, arms_of(d)};
  const auto compared = comparison_cells(d, pattern_of(measure.name, true), pattern_of(measure.name, false));
  cells.insert(cells.end(), compared.begin(), compared.end());
  return row(cells);
}

std::string differences_table(const std::vector<MeasureOfArms>& measures) {
  std::vector<std::string> columns = {"", "arms"};
  const auto compared = comparison_columns();
  columns.insert(columns.end(), compared.begin(), compared.end());
  std::string text = head(columns);
  for (const MeasureOfArms& measure : measures) {
    for (const ArmDifference& difference : measure.differences) text += difference_row(measure, difference);
  }
  return text;
}

// "- deletion: se - none, eca - se", a line a measure.
std::string told_list(const std::vector<MeasureOfArms>& measures, bool told) {
  std::string text;
  for (const MeasureOfArms& measure : measures) {
    std::string pairs;
    for (const ArmDifference& difference : measure.differences) {
      if (difference.told_apart() == told) pairs += (pairs.empty() ? "" : "; ") + arms_of(difference);
    }
    if (!pairs.empty()) text += "- " + measure.name + ": " + pairs + "\n";
  }
  return text.empty() ? "nothing\n" : text;
}

std::string agreement_table(const ArmsReport& report) {
  std::string text = head({"arms", "two seeds", "one seed", "least", "most"});
  for (const ArmAgreement& a : agreements(report.arms, report.runs))
    text += row({a.one == a.other ? a.one : a.one + ", " + a.other, text_or_dash("%.3f", a.other_seed),
                 text_or_dash("%.3f", a.same_seed), text_or_dash("%.3f", a.lowest),
                 text_or_dash("%.3f", a.highest)});
  return text;
}

std::string runs_table(const ArmsReport& report, const std::vector<MeasureOfArms>& measures) {
  std::vector<std::string> cells = {"arm, seed"};
  std::vector<size_t> places;
  for (size_t m = 0; m < measure_names().size(); ++m) {
    for (const MeasureOfArms& measure : measures) {
      if (measure.name == measure_names()[m]) places.push_back(m);
    }
  }
  for (const size_t m : places) cells.push_back(measure_names()[m]);
  std::string text = head(cells);
  for (const RunNumbers& run : report.runs) {
    cells = {run.arm + ", " + std::to_string(run.seed)};
    for (const size_t m : places)
      cells.push_back(text_or_dash(pattern_of(measure_names()[m], false), run.values[m]));
    text += row(cells);
  }
  return text;
}

size_t count_of(const std::vector<MeasureOfArms>& measures) {
  size_t count = 0;
  for (const MeasureOfArms& measure : measures) count += measure.differences.size();
  return count;
}

}  // namespace

std::string arms_markdown(const ArmsReport& report) {
  const std::vector<MeasureOfArms> measures = compare_arms(report.arms, report.runs);
  std::string text = "# What attention looks at, over seeds\n\n";
  text += format(
      "%s of layer %s, over %lld images of %s; gates are means over %lld blocks. Made by "
      "`eca explain %s` from the finished runs in that folder.\n",
      report.method.c_str(), report.layer.c_str(), static_cast<long long>(report.images), report.data.c_str(),
      static_cast<long long>(report.blocks), report.folder.c_str());
  for (const std::string& run : report.left_out) text += "\n" + run + " is not finished and left out.\n";
  text += "\n## Means and 95 % intervals over seeds\n\n" + means_table(report, measures);
  text += "\n## Differences, paired by seed\n\n" + differences_table(measures);
  text += "\n## What can be told apart\n\nBy p (Holm) below 0.05:\n\n" + told_list(measures, true);
  text +=
      format(
          "\n## What cannot be told apart\n\nOf %zu comparisons one in twenty would be told apart by chance "
          "if p were not corrected; Holm's correction is over the pairs of arms of one measure. A true "
          "difference "
          "below what could have been shown is not excluded.\n\n",
          count_of(measures)) +
      told_list(measures, false);
  text +=
      "\n## Do two runs look at the same places?\n\nMean correlation of the maps of the same image, where "
      "both "
      "give the same answer; least and most of all pairs of runs.\n\n" +
      agreement_table(report);
  return text + "\n## Every run\n\n" + runs_table(report, measures);
}

std::string arms_csv(const ArmsReport& report) {
  std::string text = "arm,seed,block,measure,value\n";
  const auto add = [&](const RunNumbers& run, const std::string& block, const std::string& measure,
                       double value) {
    text += run.arm + "," + std::to_string(run.seed) + "," + block + ",\"" + measure + "\"," +
            format("%.17g", value) + "\n";
  };
  for (const RunNumbers& run : report.runs) {
    for (size_t m = 0; m < measure_names().size(); ++m) {
      if (run.values[m]) add(run, "", measure_names()[m], *run.values[m]);
    }
    for (const BlockRow& block : run.blocks) {
      add(run, block.module, "gate, mean", block.numbers.mean);
      add(run, block.module, "gate, between classes", block.numbers.between);
      add(run, block.module, "gate, within a class", block.numbers.within);
      add(run, block.module, "gates' correlation, neighbours", block.numbers.neighbours);
      add(run, block.module, "gates' correlation, any two", block.numbers.any_two);
    }
  }
  return text;
}

}  // namespace eca
