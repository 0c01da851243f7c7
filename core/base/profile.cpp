#include "core/base/profile.hpp"

#include <chrono>

#include "core/base/kernel_mode.hpp"
#include "core/cuda/moments.hpp"

namespace eca {

// Every op includes the header, which therefore does without <chrono>, half a second of a compiler's time.
static int64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

Profile::Profile()
    : last_(now_ns()),
      moments_(kernel_mode() == KernelMode::cuda ? std::make_unique<cuda::Moments>() : nullptr),
      previous_(active_) {
  if (moments_) moments_->mark();
  active_ = this;
}

Profile::~Profile() { active_ = previous_; }

void Profile::lap(const std::string& scope, const std::string& op, const std::string& part, int64_t numbers) {
  if (moments_) moments_->mark();
  const int64_t now = now_ns();
  const auto [place, is_new] = index_.try_emplace(scope + " " + op + " " + part, spans_.size());
  if (is_new) spans_.push_back({.scope = scope, .op = op, .part = part});
  Span& span = spans_[place->second];
  ++span.count;
  span.numbers += numbers;
  if (moments_) {
    laps_.push_back(place->second);
  } else {
    span.seconds += 1e-9 * static_cast<double>(now - last_);
  }
  last_ = now;
}

void Profile::skip() {
  if (moments_) {
    add_up_laps();
    laps_.clear();
    added_up_ = 0;
    moments_->clear();
    moments_->mark();
  }
  last_ = now_ns();
}

// The times of laps on a device, once each. Lap i lies between moments i and i+1.
void Profile::add_up_laps() const {
  for (; added_up_ < laps_.size(); ++added_up_) {
    spans_[laps_[added_up_]].seconds += moments_->seconds(added_up_, added_up_ + 1);
  }
}

const std::vector<Span>& Profile::spans() const {
  add_up_laps();
  return spans_;
}

double Profile::seconds() const {
  double total = 0;
  for (const Span& span : spans()) total += span.seconds;
  return total;
}

}  // namespace eca
