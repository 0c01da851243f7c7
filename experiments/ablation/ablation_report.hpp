// What the runs of an ablation show. Made from the run directories alone: from the same finished runs come the
// same bytes of report.md and report.csv, in whatever order, in however many sittings and shards they were
// trained. What depends on the machine is in timing.csv.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/ablation/ablation_config.hpp"
#include "experiments/ablation/paired_comparison.hpp"

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

// The arms of the ablation by one score from the run directories in `out`, each compared with the baseline. Throws FileError if a
// finished run cannot be read.
std::vector<ArmSummary> summarise(const Ablation& ablation, const Score& score, const std::string& out);

// The summaries by each of the ablation's scores as a page with the recipe, and those by one as a table with all digits.
std::string report_markdown(const Ablation& ablation, const std::vector<std::vector<ArmSummary>>& by_score);
std::string report_csv(const std::vector<ArmSummary>& arms);

// Writes report.md, report.csv and timing.csv into `out`, and where there is gnuplot accuracy_params.png and accuracy_time.png; of
// detectors box_ap_params.png and so on. A second score has its table in report_box_ap.csv. Returns the text of report.md. Throws FileError if a file cannot be read or written.
std::string write_report(const Ablation& ablation, const std::string& out);

}  // namespace eca
