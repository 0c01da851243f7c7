#include "experiments/ablation/ablation_report.hpp"

#include <filesystem>
#include <map>

#include "core/base/text.hpp"
#include "core/files/atomic_file.hpp"
#include "experiments/ablation/ablation_pictures.hpp"
#include "experiments/common/format.hpp"

namespace eca {

namespace {

std::vector<double> present(const std::vector<std::optional<double>>& values) {
  std::vector<double> all;
  for (const std::optional<double>& value : values) {
    if (value) all.push_back(*value);
  }
  return all;
}

ArmSummary summary_of(const ArmRecords& records, const Score& score) {
  ArmSummary summary;
  summary.name = records.name;
  for (const std::optional<RunRecord>& record : records.by_seed) {
    summary.scores.emplace_back();
    if (!record) continue;
    summary.scores.back() = score.scale * record->last(score.column);
    if (!summary.parameters) summary.parameters = record->parameters;
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
    const auto value_of = [&](const Arm& arm) {
      return key.name == "data" ? arm.data : key.get(*arm.config);
    };
    const std::string first = value_of(ablation.arms.front());
    bool differs = false;
    for (const Arm& arm : ablation.arms) differs |= value_of(arm) != first;
    if (!differs) {
      if (!first.empty()) same += key.name + " = " + first + "\n";
      continue;
    }
    for (const Arm& arm : ablation.arms) {
      const std::string value = value_of(arm);
      different +=
          arm.name + ": " + key.name + " = " + (value.empty() ? "(the network's own)" : value) + "\n";
    }
  }
  return "```\n" + same + (different.empty() ? "" : "\n" + different) + "```\n";
}

std::string unfinished_text(const Ablation& ablation, const std::vector<ArmRecords>& arms) {
  std::string names;
  for (size_t i = 0; i < ablation.seeds.size(); ++i) {
    for (const ArmRecords& arm : arms) {
      if (!arm.by_seed[i]) names += "- " + arm.name + ", seed " + std::to_string(ablation.seeds[i]) + "\n";
    }
  }
  return names.empty() ? "" : "\n## Not finished\n\n" + names;
}

std::string csv_number(const std::optional<double>& value) { return value ? format("%.9g", *value) : ""; }

std::string csv_range(const std::optional<Interval>& interval) {
  return interval ? format("%.9g,%.9g", interval->low(), interval->high()) : ",";
}

std::string timing_csv(const Ablation& ablation, const std::vector<ArmRecords>& arms) {
  std::string text = "arm,seed,threads,seconds,images_per_second\n";
  for (size_t a = 0; a < arms.size(); ++a) {
    for (size_t i = 0; i < ablation.seeds.size(); ++i) {
      const std::optional<RunRecord>& record = arms[a].by_seed[i];
      if (!record) continue;
      const double seconds = record->last("seconds");
      const double images = record->last("step") * static_cast<double>(ablation.arms[a].config->batch_size);
      text += arms[a].name + "," + std::to_string(ablation.seeds[i]) + "," + std::to_string(record->threads) +
              format(",%.1f,%.1f\n", seconds, seconds > 0 ? images / seconds : 0);
    }
  }
  return text;
}

// ---- what the runs were made with ----

// One line where all runs were made with the same; else a table of which were made with what.
std::string made_with_text(const Ablation& ablation, const std::vector<ArmRecords>& arms) {
  std::map<std::string, std::vector<std::string>> runs;
  for (const ArmRecords& arm : arms) {
    for (size_t i = 0; i < ablation.seeds.size(); ++i) {
      if (arm.by_seed[i])
        runs[made_with(*arm.by_seed[i])].push_back(arm.name + " " + std::to_string(ablation.seeds[i]));
    }
  }
  if (runs.empty()) return "";
  std::string text = "\n## Made with\n\n";
  if (runs.size() == 1) return text + runs.begin()->first + "\n";
  text +=
      "Not all alike: runs of one seed that differ here are no pair to the last bit.\n\n| made with | runs "
      "|\n|---|---|\n";
  for (const auto& [what, names] : runs) text += "| " + what + " | " + join(names, ", ") + " |\n";
  return text;
}

}  // namespace

std::vector<ArmRecords> read_records(const Ablation& ablation, const std::string& out) {
  std::vector<ArmRecords> arms;
  for (const Arm& arm : ablation.arms) {
    arms.push_back({.name = arm.name, .by_seed = {}});
    for (const int64_t seed : ablation.seeds) {
      const std::string path = record_path(out, arm.name, seed);
      arms.back().by_seed.emplace_back();
      if (std::filesystem::exists(path)) arms.back().by_seed.back() = read_record(path);
    }
  }
  return arms;
}

std::vector<ArmSummary> summarise(const Ablation& ablation, const Score& score,
                                  const std::vector<ArmRecords>& records) {
  std::vector<ArmSummary> arms;
  for (const ArmRecords& arm : records) arms.push_back(summary_of(arm, score));
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

std::string report_markdown(const Ablation& ablation, const std::vector<ArmRecords>& records) {
  std::string text = "# Ablation\n\n";
  for (const Score& score : ablation.scores) {
    if (&score != &ablation.scores.front()) text += "\n# By " + score.name + "\n\n";
    text += section(ablation, score, summarise(ablation, score, records));
  }
  return text + unfinished_text(ablation, records) + made_with_text(ablation, records) + "\n## Recipe\n\n" +
         recipe_text(ablation);
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
  const std::vector<ArmRecords> records = read_records(ablation, out);
  for (const Score& score : ablation.scores) {
    const std::string name =
        &score == &ablation.scores.front() ? "report.csv" : "report_" + score.file + ".csv";
    write_file_atomically(out + "/" + name, report_csv(summarise(ablation, score, records)));
  }
  const std::string report = report_markdown(ablation, records);
  write_file_atomically(out + "/report.md", report);
  write_file_atomically(out + "/timing.csv", timing_csv(ablation, records));
  draw_pictures(ablation, out);
  return report;
}

}  // namespace eca
