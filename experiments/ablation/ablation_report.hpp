// What the runs of an ablation show. Made from their records alone: from the same records come the same bytes of report.md and
// report.csv, in whatever order, in however many sittings and shards the runs were trained. Times are in timing.csv.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/ablation/ablation_config.hpp"
#include "experiments/ablation/paired_comparison.hpp"
#include "experiments/ablation/run_record.hpp"

namespace eca {

// One arm, over the seeds of its finished runs. Values that so few runs do not give are absent.
struct ArmSummary {
  std::string name;
  std::optional<int64_t> parameters;
  std::vector<std::optional<double>> scores;  // percent, after the last epoch, by seed
  std::optional<double> mean, deviation;      // of the scores
  std::optional<Interval> interval;

  PairedComparison to_baseline;  // over the seeds that both have finished
};

struct ArmRecords {
  std::string name;
  std::vector<std::optional<RunRecord>>
      by_seed;  // in the order of the ablation's seeds; absent: not finished
};
// Of all arms, from OUT/records. Throws FileError if one cannot be read.
std::vector<ArmRecords> read_records(const Ablation& ablation, const std::string& out);

// The arms by one score, each compared with the baseline. Throws Error where a record has no such score.
std::vector<ArmSummary> summarise(const Ablation& ablation, const Score& score,
                                  const std::vector<ArmRecords>& records);

// The arms by each of the ablation's scores as a page with the recipe, and summaries as a table with all digits.
std::string report_markdown(const Ablation& ablation, const std::vector<ArmRecords>& records);
std::string report_csv(const std::vector<ArmSummary>& arms);

// Writes report.md, report.csv and timing.csv into `out`, and where there is gnuplot accuracy_params.png and accuracy_time.png; of
// detectors box_ap_params.png and so on. A second score has its table in report_box_ap.csv. Returns the text of report.md. Throws FileError if a file cannot be read or written.
std::string write_report(const Ablation& ablation, const std::string& out);

}  // namespace eca
