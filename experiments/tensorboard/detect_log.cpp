#include "experiments/tensorboard/detect_log.hpp"

namespace eca {

static Summary summary_of(const std::string& section, const std::vector<NamedNumber>& numbers) {
  Summary summary;
  for (const NamedNumber& number : numbers) summary.scalar(section + "/" + number.name, number.value);
  return summary;
}

void DetectTensorBoardLog::step(int64_t step, const std::vector<NamedNumber>& numbers) {
  if (log_.has_point(step)) log_.add(summary_of("step", numbers), step);
}

void DetectTensorBoardLog::epoch(int64_t step, const std::vector<NamedNumber>& numbers) {
  log_.add(summary_of("epoch", numbers), step);
}

}  // namespace eca
