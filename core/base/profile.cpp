#include "core/base/profile.hpp"

#include <chrono>

namespace eca {

// Every op includes the header, which therefore does without <chrono>, half a second of a compiler's time.
static int64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

Profile::Profile() : last_(now_ns()), previous_(active_) { active_ = this; }

Profile::~Profile() { active_ = previous_; }

void Profile::lap(const std::string& scope, const std::string& op, const std::string& part) {
  const int64_t now = now_ns();
  const auto [place, is_new] = index_.try_emplace(scope + " " + op + " " + part, spans_.size());
  if (is_new) spans_.push_back({.scope = scope, .op = op, .part = part});
  Span& span = spans_[place->second];
  span.seconds += 1e-9 * static_cast<double>(now - last_);
  ++span.count;
  last_ = now;
}

void Profile::skip() { last_ = now_ns(); }

double Profile::seconds() const {
  double total = 0;
  for (const Span& span : spans_) total += span.seconds;
  return total;
}

}  // namespace eca
