#include "core/base/profile.hpp"

namespace eca {

Profile::Profile() : last_(Clock::now()), previous_(active_) { active_ = this; }

Profile::~Profile() { active_ = previous_; }

void Profile::lap(const std::string& scope, const std::string& op, const std::string& part) {
  const Clock::time_point now = Clock::now();
  const auto [place, is_new] = index_.try_emplace(scope + " " + op + " " + part, spans_.size());
  if (is_new) spans_.push_back({.scope = scope, .op = op, .part = part});
  Span& span = spans_[place->second];
  span.seconds += std::chrono::duration<double>(now - last_).count();
  ++span.count;
  last_ = now;
}

double Profile::seconds() const {
  double total = 0;
  for (const Span& span : spans_) total += span.seconds;
  return total;
}

}  // namespace eca
