#include "experiments/tensorboard/tensorboard_log.hpp"

#include <algorithm>

#include "experiments/tensorboard/batch_picture.hpp"
#include "experiments/tensorboard/gate_log.hpp"

namespace eca {

// Images whose gates are looked at, those on one tape: a tape keeps every map of theirs.
static constexpr int64_t kGateImages = 64, kGateImagesAtOnce = 8;

TensorBoardLog::TensorBoardLog(const std::string& folder, const Dataset& data, int64_t batch_size)

    : log_(folder), data_(data), batch_size_(batch_size) {}

void TensorBoardLog::batch(const Batch& batch, int64_t step) {
  if (!first_) return;
  first_ = false;
  Summary summary;
  summary.image("batch/images", batch_picture(batch, data_.train, data_.normalisation));
  log_.add(summary, step);
}

void TensorBoardLog::step(const StepReport& report) {
  if (!log_.has_point(report.step)) return;
  Summary summary;
  summary.scalar("step/loss", report.loss);
  summary.scalar("step/accuracy", report.accuracy);
  summary.scalar("step/learning_rate", report.lr);
  log_.add(summary, report.step);
}

static void add_gates_to(Summary& summary, const GateTable& table) {
  const GateStatistics s = statistics_of(table.values);
  summary.scalar("gates_mean/" + table.module, s.mean);
  summary.scalar("gates_deviation/" + table.module, s.deviation);
  summary.scalar("gates_min/" + table.module, s.min);
  summary.scalar("gates_max/" + table.module, s.max);
  const Histogram h = histogram(table.values);
  if (!h.counts.empty()) summary.histogram("gates/" + table.module, h);
}

void TensorBoardLog::epoch(const EpochReport& report, Module& network) {
  if (!log_.is_open()) return;
  Summary summary;
  summary.scalar("epoch/train_loss", report.train_loss);
  summary.scalar("epoch/train_accuracy", report.train_accuracy);
  if (report.test) {
    summary.scalar("epoch/test_loss", report.test->loss);
    summary.scalar("epoch/test_accuracy", report.test->accuracy);
    if (report.test->top5) summary.scalar("epoch/test_top5", *report.test->top5);
  }
  summary.scalar("epoch/images_per_second", report.images_per_second);
  for (const GateTable& table : gates_of_first(network, data_.test, data_.normalisation, kGateImages,
                                               std::min(kGateImagesAtOnce, batch_size_)))
    add_gates_to(summary, table);
  log_.add(summary, report.step);
}

}  // namespace eca
