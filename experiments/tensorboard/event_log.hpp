// The event file of one sitting of a training, whatever it trains.
#pragma once

#include <optional>
#include <string>

#include "experiments/tensorboard/event_file.hpp"
#include "experiments/tensorboard/events.hpp"

namespace eca {

class EventLog {
 public:
  // Makes no file before begin().
  explicit EventLog(const std::string& folder) : folder_(folder) {}

  // As TrainingObserver::begin() has them: makes the file; throws FileError if that fails. A later failure is a warning, after which
  // nothing more is written: a training of days need not end for its curves.
  void begin(int64_t done, int64_t total);
  bool is_open() const { return file_.has_value(); }
  // Whether that step is one of those that are written.
  bool has_point(int64_t step) const { return step % every_ == 0; }
  void add(const Summary& summary, int64_t step);

 private:
  std::string folder_;
  int64_t every_ = 1;              // steps, from one that is written to the next
  std::optional<EventFile> file_;  // none before begin() and after a failure
};

// So that a run has at most a thousand points: every step up to a thousand of them, every second up to two thousand, and so on.
int64_t steps_between_points(int64_t total_steps);

}  // namespace eca
