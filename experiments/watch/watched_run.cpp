#include "experiments/watch/watched_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>

#include "core/base/error.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/detection/detect_config.hpp"
#include "experiments/training/run_state.hpp"
#include "experiments/training/train_config.hpp"
#include "models/detection/detector_name.hpp"

namespace eca {

namespace {

// The kind of data and, of data in a folder, its name.
std::string short_data(const std::string& spec) {
  const size_t colon = spec.find(':');
  const std::string kind = spec.substr(0, colon);
  if (kind != "folder" && kind != "npy" && kind != "coco") return kind;
  const std::string path = spec.substr(colon + 1, spec.find(',') - colon - 1);
  return std::filesystem::path(path).filename().string();
}

std::string title_of(const RunConfig& config) {
  return config.model + (config.attention.empty() ? "" : " + " + config.attention) + " on " +
         short_data(config.data) + ", seed " + std::to_string(config.seed);
}

const WatchedRow* best_row(const std::vector<WatchedRow>& rows) {
  const WatchedRow* best = nullptr;
  for (const WatchedRow& row : rows) {
    if (std::isnan(row.score())) continue;
    if (best == nullptr || row.score() > best->score()) best = &row;
  }
  return best;
}

// What a configuration is of, by its model; what cannot be read is for its reader to say.
bool is_of_detector(const std::string& config_path) {
  try {
    for (const ConfigLine& line : config_lines(read_config_bytes(config_path))) {
      const auto [key, value] = key_and_value(line.text);
      if (key == "model") return !split_detector_name(value).detector.empty();
    }
  } catch (const Error&) {
  }
  return false;
}

void take_rows_of_classifier(WatchedRun& run, const RunDirectory& directory) {
  for (const EpochRow& row : read_epochs(directory)) {
    run.rows.push_back({.epoch = row.epoch,
                        .step = row.step,
                        .train_loss = row.train_loss,
                        .test_loss = row.test_loss,
                        .scores = {row.train_accuracy, row.test_accuracy},
                        .seconds = row.seconds});
  }
}

void take_rows_of_detector(WatchedRun& run, const RunDirectory& directory) {
  const std::vector<Metrics> rows = read_metrics(directory);
  const bool masks = !rows.empty() && rows.front().contains("mask_ap");
  run.detector = true;
  run.score = {.chart = "AP",
               .name = masks ? "mask AP" : "box AP",
               .unit = "",
               .pattern = "%.4f",
               .most = 1,
               .curves = {"boxes"}};
  if (masks) run.score.curves.push_back("masks");
  for (const Metrics& row : rows) {
    const auto number = [&](const std::string& column) {
      if (row.contains(column)) return row.at(column);
      throw FileError(directory.file("metrics.csv"),
                      "has no column " + column + ", expected the metrics of a detector");
    };
    run.rows.push_back({.epoch = static_cast<int64_t>(number("epoch")),
                        .step = static_cast<int64_t>(number("step")),
                        .train_loss = number("train_loss"),
                        .test_loss = std::numeric_limits<double>::quiet_NaN(),
                        .scores = {number("box_ap")},
                        .seconds = number("seconds")});
    if (masks) run.rows.back().scores.push_back(number("mask_ap"));
  }
}

std::unique_ptr<RunConfig> config_of_run(const std::string& path, bool detector) {
  std::unique_ptr<RunConfig> config;
  if (detector) {
    config = std::make_unique<DetectConfig>();
  } else {
    config = std::make_unique<TrainConfig>();
  }
  read_config_file(*config, path);
  return config;
}

std::string epoch_text(const WatchedRun& run, int64_t epoch) {
  return format("epoch %lld", static_cast<long long>(epoch)) +
         (run.epochs > 0 ? format(" of %lld", static_cast<long long>(run.epochs)) : "");
}

std::string score_text(const WatchedRun& run, double score) {
  return (std::isnan(score) ? "-" : format(run.score.pattern, score)) + run.score.unit;
}

std::string finished_text(const WatchedRun& run) {
  const WatchedRow& last = run.rows.back();
  std::string text = format("finished: %lld epochs, %s, ", static_cast<long long>(last.epoch),
                            duration_text(last.seconds).c_str()) +
                     run.score.name + " " + score_text(run, last.score());
  const WatchedRow* best = best_row(run.rows);
  if (best != nullptr && best->epoch != last.epoch) {
    text += ", best " + score_text(run, best->score()) +
            format(" after epoch %lld", static_cast<long long>(best->epoch));
  }
  return text;
}

}  // namespace

WatchedRun look_at_run(const std::string& folder) {
  const RunDirectory directory(folder);
  if (!directory.holds_run()) {
    throw Error(folder + (std::filesystem::exists(folder) ? ": no run (expected config.txt in it)"
                                                          : ": no run (there is no such directory)"));
  }
  const std::string config_path = directory.file("config.txt");
  const bool detector = is_of_detector(config_path);
  const auto config = config_of_run(config_path, detector);
  WatchedRun run = {.folder = folder,
                    .title = title_of(*config),
                    .epochs = config->steps > 0 ? 0 : config->epochs,
                    .score = {},
                    .rows = {},
                    .progress = read_live_progress(directory)};
  (detector ? take_rows_of_detector : take_rows_of_classifier)(run, directory);
  if (is_locked(folder)) {
    run.phase = RunPhase::trains;
  } else if (directory.holds_weights() && !run.rows.empty()) {
    run.phase = RunPhase::finished;
    run.progress.reset();
  }
  // The file may be older than the last row: from before an evaluation that has ended since.
  const int64_t done = run.rows.empty() ? 0 : run.rows.back().step;
  if (run.progress && run.progress->step <= done) {
    run.progress->epoch = run.rows.back().epoch + 1;
    run.progress->step = done;
    run.progress->batch = 0;
  }
  return run;
}

void check_comparable(const std::vector<WatchedRun>& runs) {
  for (const WatchedRun& run : runs) {
    if (run.detector == runs.front().detector) continue;
    const WatchedRun &one = run.detector ? run : runs.front(), &other = run.detector ? runs.front() : run;
    throw Error("watch: " + one.folder + " is the run of a detector, " + other.folder +
                " of a classifier; expected runs of one kind, which have curves to compare");
  }
}

std::string state_text(const WatchedRun& run) {
  if (run.phase == RunPhase::finished) return finished_text(run);
  if (!run.progress) return run.phase == RunPhase::trains ? "begins" : "has not begun";
  const LiveProgress& p = *run.progress;
  const std::string place =
      epoch_text(run, p.epoch) +
      format(", step %lld of %lld", static_cast<long long>(p.step), static_cast<long long>(p.steps));
  if (run.phase == RunPhase::stopped) return "stopped in " + place + "; --resume goes on";
  if (p.step == p.steps) return place + ", ends";
  return place + format(", %.0f img/s, %s left", p.images_per_second, duration_text(p.seconds_left).c_str());
}

double share_done(const WatchedRun& run) {
  if (run.phase == RunPhase::finished) return 1;
  if (!run.progress) return 0;
  return std::clamp(static_cast<double>(run.progress->step) / static_cast<double>(run.progress->steps), 0.0,
                    1.0);
}

}  // namespace eca
