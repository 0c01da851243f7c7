#include "experiments/tensorboard/event_log.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/error.hpp"
#include "experiments/common/load_data.hpp"

namespace eca {

static double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

int64_t steps_between_points(int64_t total_steps) {
  constexpr int64_t kPoints = 1000;
  return std::max<int64_t>(1, (total_steps + kPoints - 1) / kPoints);
}

void EventLog::begin(int64_t done, int64_t total) {
  every_ = steps_between_points(total);
  file_.emplace(folder_);
  const double now = seconds_now();
  file_->append(version_event(now));
  file_->append(start_event(now, done == 0 ? 0 : done + 1));
}

void EventLog::add(const Summary& summary, int64_t step) {
  if (!file_) return;
  try {
    file_->append(summary.event(seconds_now(), step));
  } catch (const FileError& error) {
    warn(std::string(error.what()) + "; the training goes on, and TensorBoard is told no more of it");
    file_.reset();
  }
}

}  // namespace eca
