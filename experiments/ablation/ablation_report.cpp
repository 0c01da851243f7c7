#include "experiments/ablation/ablation_report.hpp"

#include <fstream>
#include <map>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/atomic_file.hpp"
#include "experiments/ablation/ablation_pictures.hpp"
#include "experiments/common/format.hpp"
#include "experiments/training/run_state.hpp"

namespace eca {

namespace {

std::vector<double> present(const std::vector<std::optional<double>>& values) {
  std::vector<double> all;
  for (const std::optional<double>& value : values) {
    if (value) all.push_back(*value);
  }
  return all;
}

// Of a column of the last epoch. Throws FileError where there is none.
double value_of(const RunDirectory& directory, const std::string& column) {
  const std::map<std::string, double> last = last_metrics(directory);
  const auto place = last.find(column);
  if (place != last.end()) return place->second;
  throw FileError(directory.file("metrics.csv"), "no column \"" + column + "\"");
}

ArmSummary read_arm(const Ablation& ablation, const Arm& arm, const Score& score, const std::string& out) {
  ArmSummary summary;
  summary.name = arm.name;
  for (const int64_t seed : ablation.seeds) {
    const RunDirectory directory(run_path(out, arm.name, seed));
    summary.scores.emplace_back();
    if (!is_finished(directory)) continue;
    summary.scores.back() = score.scale * value_of(directory, score.column);
    if (!summary.parameters) summary.parameters = ablation.task->trained_parameters(directory.path());
  }
  const std::vector<double> scores = present(summary.scores);
  if (scores.empty()) return summary;
  summary.mean = mean(scores);
  if (scores.size() < 2) return summary;
  summary.deviation = standard_deviation(scores);
  summary.interval = interval95(scores);
  return summary;
}

void compare(ArmSummary& arm, const ArmSummary& baseline) {
  std::vector<double> differences;
  for (size_t i = 0; i < arm.scores.size(); ++i) {
    if (arm.scores[i] && baseline.scores[i]) differences.push_back(*arm.scores[i] - *baseline.scores[i]);
  }
  arm.to_baseline = compare_pairs(differences);
}

// ---- text ----

std::string score_table(const std::vector<ArmSummary>& arms) {
  std::string text =
      "| arm | parameters | runs | mean | sd | 95 % interval |\n|---|---:|---:|---:|---:|---:|\n";
  for (const ArmSummary& arm : arms) {
    text += "| " + arm.name + " | " + (arm.parameters ? std::to_string(*arm.parameters) : "-") + " | " +
            std::to_string(present(arm.scores).size()) + " | " + text_or_dash("%.2f", arm.mean) + " | " +
            text_or_dash("%.2f", arm.deviation) + " | " + text_or_dash("%.2f", arm.interval) + " |\n";
  }
  return text;
}

std::string difference_table(const std::vector<ArmSummary>& arms, const ArmSummary& baseline) {
  std::string text =
      "| arm | " + join(comparison_columns(), " | ") + " |\n|---|---:|---:|---:|---:|---:|---:|---|\n";
  for (const ArmSummary& arm : arms) {
    if (arm.name == baseline.name) continue;
    text +=
        "| " + arm.name + " | " + join(comparison_cells(arm.to_baseline, "%+.2f", "%.2f"), " | ") + " |\n";
  }
  return text;
}

std::string runs_table(const Ablation& ablation, const std::vector<ArmSummary>& arms) {
  std::string text = "| seed |", line = "|---|";
  for (const ArmSummary& arm : arms) {
    text += " " + arm.name + " |";
    line += "---:|";
  }
  text += "\n" + line + "\n";
  for (size_t i = 0; i < ablation.seeds.size(); ++i) {
    text += "| " + std::to_string(ablation.seeds[i]) + " |";
    for (const ArmSummary& arm : arms) text += " " + text_or_dash("%.2f", arm.scores[i]) + " |";
    text += "\n";
  }
  return text;
}

// The keys in which arms differ are shown arm by arm, the others once.
std::string recipe_text(const Ablation& ablation) {
  std::string same, different;
  for (const ConfigKey& key : ablation.arms.front().config->keys()) {
    if (!key.decides_numbers || key.name == "seed") continue;
    const std::string first = key.get(*ablation.arms.front().config);
    bool differs = false;
    for (const Arm& arm : ablation.arms) differs |= key.get(*arm.config) != first;
    if (!differs) {
      if (!first.empty()) same += key.name + " = " + first + "\n";
      continue;
    }
    for (const Arm& arm : ablation.arms) {
      const std::string value = key.get(*arm.config);
      different +=
          arm.name + ": " + key.name + " = " + (value.empty() ? "(the network's own)" : value) + "\n";
    }
  }
  return "```\n" + same + (different.empty() ? "" : "\n" + different) + "```\n";
}

std::string unfinished_text(const Ablation& ablation, const std::vector<ArmSummary>& arms) {
  std::string names;
  for (size_t i = 0; i < ablation.seeds.size(); ++i) {
    for (const ArmSummary& arm : arms) {
      if (!arm.scores[i]) names += "- " + arm.name + ", seed " + std::to_string(ablation.seeds[i]) + "\n";
    }
  }
  return names.empty() ? "" : "\n## Not finished\n\n" + names;
}

std::string csv_number(const std::optional<double>& value) { return value ? format("%.9g", *value) : ""; }

std::string csv_range(const std::optional<Interval>& interval) {
  return interval ? format("%.9g,%.9g", interval->low(), interval->high()) : ",";
}

// ---- timing ----

// What follows "threads: " in environment.txt.
std::string threads_of(const RunDirectory& directory) {
  const std::string key = "threads: ";
  std::ifstream file(directory.file("environment.txt"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return "";
}

std::string timing_csv(const Ablation& ablation, const std::string& out) {
  std::string text = "arm,seed,threads,seconds,images_per_second\n";
  for (const Arm& arm : ablation.arms) {
    for (const int64_t seed : ablation.seeds) {
      const RunDirectory directory(run_path(out, arm.name, seed));
      if (!is_finished(directory)) continue;
      const double seconds = value_of(directory, "seconds");
      const double images = value_of(directory, "step") * static_cast<double>(arm.config->batch_size);
      text += arm.name + "," + std::to_string(seed) + "," + threads_of(directory) +
              format(",%.1f,%.1f\n", seconds, seconds > 0 ? images / seconds : 0);
    }
  }
  return text;
}

}  // namespace

std::vector<ArmSummary> summarise(const Ablation& ablation, const Score& score, const std::string& out) {
  std::vector<ArmSummary> arms;
  for (const Arm& arm : ablation.arms) arms.push_back(read_arm(ablation, arm, score, out));
  for (size_t i = 0; i < arms.size(); ++i) {
    if (i != ablation.baseline) compare(arms[i], arms[ablation.baseline]);
  }
  std::vector<PairedComparison*> comparisons;
  for (ArmSummary& arm : arms) comparisons.push_back(&arm.to_baseline);
  correct_for_several(comparisons);
  return arms;
}

// What arms give by one score.
static std::string section(const Ablation& ablation, const Score& score,
                           const std::vector<ArmSummary>& arms) {
  const ArmSummary& baseline = arms[ablation.baseline];
  std::string text = score.sentence + "\n";
  if (ablation.seeds.size() < 3) text += "Fewer than three seeds: a smoke run, no evidence.\n";
  text += "\n" + score_table(arms);
  if (arms.size() > 1) {
    text +=
        "\n## Difference to " + baseline.name + "\n\n" + difference_table(arms, baseline) +
        "\nPercentage points, paired by seed. \"p (Holm)\" is p of the paired t-test, corrected for the "
        "number "
        "of arms\ncompared; below 0.05 an arm is told apart from " +
        baseline.name +
        ". \"could have shown\" is the true difference that so\nmany pairs with this spread find with 80 % "
        "probability: of smaller ones the table says nothing.\n";
  }
  return text + "\n## Every run\n\n" + runs_table(ablation, arms);
}

std::string report_markdown(const Ablation& ablation, const std::vector<std::vector<ArmSummary>>& by_score) {
  std::string text = "# Ablation\n\n";
  for (size_t i = 0; i < by_score.size(); ++i) {
    const Score& score = ablation.scores[i];
    if (i > 0) text += "\n# By " + score.name + "\n\n";
    text += section(ablation, score, by_score[i]);
  }
  return text + unfinished_text(ablation, by_score.front()) + "\n## Recipe\n\n" + recipe_text(ablation);
}

std::string report_csv(const std::vector<ArmSummary>& arms) {
  std::string text =
      "arm,parameters,runs,mean,sd,low,high,pairs,difference,difference_low,difference_high,p,p_holm,"
      "could_have_shown\n";
  for (const ArmSummary& arm : arms) {
    text += arm.name + "," + (arm.parameters ? std::to_string(*arm.parameters) : "") + "," +
            std::to_string(present(arm.scores).size()) + "," + csv_number(arm.mean) + "," +
            csv_number(arm.deviation) + "," + csv_range(arm.interval) + "," +
            std::to_string(arm.to_baseline.pairs) + "," + csv_number(arm.to_baseline.difference()) + "," +
            csv_range(arm.to_baseline.interval) + "," + csv_number(arm.to_baseline.p) + "," +
            csv_number(arm.to_baseline.p_holm) + "," + csv_number(arm.to_baseline.smallest) + "\n";
  }
  return text;
}

std::string write_report(const Ablation& ablation, const std::string& out) {
  std::vector<std::vector<ArmSummary>> by_score;
  for (const Score& score : ablation.scores) {
    const std::string table = by_score.empty() ? "report.csv" : "report_" + score.file + ".csv";
    by_score.push_back(summarise(ablation, score, out));
    write_file_atomically(out + "/" + table, report_csv(by_score.back()));
  }
  const std::string report = report_markdown(ablation, by_score);
  write_file_atomically(out + "/report.md", report);
  write_file_atomically(out + "/timing.csv", timing_csv(ablation, out));
  draw_pictures(ablation, out);
  return report;
}

}  // namespace eca
