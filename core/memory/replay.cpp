#include "core/memory/replay.hpp"

#include "core/cuda/graph.hpp"
#include "core/memory/storage.hpp"

namespace eca {

struct Replay::Recording {
  cuda::Graph graph;
  uint64_t memory_changes = device_memory_changes();  // when it was recorded

  explicit Recording(const std::function<void()>& work) : graph(work) {}
};

Replay::Replay() = default;
Replay::~Replay() = default;

#ifdef ECA_NO_ARENA
static constexpr bool kMemoryRepeats = false;  // each array has an address of its own
#else
static constexpr bool kMemoryRepeats = true;
#endif

void Replay::operator()(const std::function<void()>& work) {
  constexpr int64_t kDirectTimes = 3;
  ++times_;
  replayed_ =
      kMemoryRepeats && place_of_results() == Place::device && times_ > kDirectTimes && !copies_values_;
  if (!replayed_) {
    const int64_t copies = memory_stats().device_copies;
    work();
    copies_values_ |= memory_stats().device_copies != copies;
    return;
  }
  if (recording_ == nullptr || recording_->memory_changes != device_memory_changes()) {
    recording_ = nullptr;
    recording_ = std::make_unique<Recording>(work);
  }
  recording_->graph.launch();
}

}  // namespace eca
