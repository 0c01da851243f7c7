#include "experiments/watch/watched_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/base/error.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/training/train_config.hpp"

namespace eca {

namespace {

// The kind of data and, of data in a folder, its name.
std::string short_data(const std::string& spec) {
  const size_t colon = spec.find(':');
  const std::string kind = spec.substr(0, colon);
  if (kind != "folder" && kind != "npy") return kind;
  const std::string path = spec.substr(colon + 1, spec.find(',') - colon - 1);
  return std::filesystem::path(path).filename().string();
}

std::string title_of(const TrainConfig& config) {
  return config.model + (config.attention.empty() ? "" : " + " + config.attention) + " on " +
         short_data(config.data) + ", seed " + std::to_string(config.seed);
}

const EpochRow* best_row(const std::vector<EpochRow>& rows) {
  const EpochRow* best = nullptr;
  for (const EpochRow& row : rows) {
    if (std::isnan(row.test_accuracy)) continue;
    if (best == nullptr || row.test_accuracy > best->test_accuracy) best = &row;
  }
  return best;
}

std::string epoch_text(const WatchedRun& run, int64_t epoch) {
  return format("epoch %lld", static_cast<long long>(epoch)) +
         (run.epochs > 0 ? format(" of %lld", static_cast<long long>(run.epochs)) : "");
}

std::string finished_text(const WatchedRun& run) {
  const EpochRow& last = run.rows.back();
  std::string text =
      format("finished: %lld epochs, %s, test accuracy %.2f %%", static_cast<long long>(last.epoch),
             duration_text(last.seconds).c_str(), last.test_accuracy);
  const EpochRow* best = best_row(run.rows);
  if (best != nullptr && best->epoch != last.epoch)
    text +=
        format(", best %.2f %% after epoch %lld", best->test_accuracy, static_cast<long long>(best->epoch));
  return text;
}

}  // namespace

WatchedRun look_at_run(const std::string& folder) {
  const RunDirectory directory(folder);
  if (!directory.holds_run()) {
    throw Error(folder + (std::filesystem::exists(folder) ? ": no run (expected config.txt in it)"
                                                          : ": no run (there is no such directory)"));
  }
  TrainConfig config;
  read_config_file(config, directory.file("config.txt"));
  WatchedRun run = {.folder = folder,
                    .title = title_of(config),
                    .epochs = config.steps > 0 ? 0 : config.epochs,
                    .rows = read_epochs(directory),
                    .progress = read_live_progress(directory)};
  if (is_locked(folder)) {
    run.phase = RunPhase::trains;
  } else if (is_finished(directory)) {
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
