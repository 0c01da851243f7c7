// Work that is done again and again with the same arrays: a training step. A GPU spends more time on being asked for a short
// loop than on the loop. So once the work repeats it is recorded as a whole (a CUDA graph), and then asked for by one call.
//
//   Replay step;
//   for (...) step([&] { ... });       // makes tensors, calls ops
//
// The work may differ from one time to the next in nothing but what its arrays and PinnedArrays hold.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace eca {

class Replay {
 public:
  Replay();
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  // Does the work, or on a device asks for it. It is recorded from the fourth time on, when it has all the memory it needs, and
  // again whenever other tensors were made since; never where it copies values between host and device, as dropout does.
  void operator()(const std::function<void()>& work);

  // Whether the last time was a replay.
  bool replayed() const { return replayed_; }

 private:
  struct Recording;
  std::unique_ptr<Recording> recording_;
  int64_t times_ = 0;
  bool copies_values_ = false, replayed_ = false;
};

}  // namespace eca
