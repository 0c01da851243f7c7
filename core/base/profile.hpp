// Profile: where the time of a step goes. While one lives, every op on its thread tells it when its forward and
// when its backward is done.
//
//   Profile profile;
//   { Tape tape;  tape.backward(loss_of(batch)); }
//   optimizer.step(lr);
//   profile.lap("", "Sgd", "step");
//   for (const Span& span : profile.spans()) ...      // {"layer1.0.conv1", "Conv2d", "dx", 0.012, 1}, ...
//
// Time is taken in laps, as with a stopwatch: what passed since the lap before belongs to the work just done. So no
// moment is counted twice and none is lost: the spans add up to seconds(), and a module with all below it to the time
// between entering and leaving it. Of a GPU it is the time that the device takes, not that of asking for it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace eca::cuda {
class Moments;
}

namespace eca {

// The time of one kind of work in one module.
struct Span {
  std::string scope;  // module path, "layer1.0.conv1"; empty outside any module
  std::string op;     // "Conv2d"
  std::string part;   // "forward", "backward", or a part of it: "dx", "dw"
  double seconds = 0;
  int64_t count = 0;    // laps
  int64_t numbers = 0;  // that the work reads and writes at least: every array once
};

class Profile {
 public:
  Profile();   // becomes the active one of this thread
  ~Profile();  // the one before it becomes active again
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;

  // The active one; null if none is.
  static Profile* current() { return active_; }

  // The time since the last lap, skip or the beginning belongs to this work, which reads and writes so many numbers at least.
  void lap(const std::string& scope, const std::string& op, const std::string& part, int64_t numbers = 0);
  // It belongs to nothing: warming up, printing.
  void skip();

  // In the order in which their work was first done.
  const std::vector<Span>& spans() const;
  // Sum of all laps.
  double seconds() const;

 private:
  static inline thread_local Profile* active_ = nullptr;

  void add_up_laps() const;

  mutable std::vector<Span> spans_;
  std::map<std::string, size_t> index_;  // of the span in spans_
  int64_t last_;                         // nanoseconds since some moment

  // On a device laps are moments in its order, whose times are known later. The first moment is that of the last skip.
  std::unique_ptr<cuda::Moments> moments_;  // null on the host
  std::vector<size_t> laps_;                // the span of each, since then
  mutable size_t added_up_ = 0;             // so many of them are in spans_
  Profile* previous_;
};

}  // namespace eca
