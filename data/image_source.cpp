#include "data/image_source.hpp"

#include <algorithm>

namespace eca {

void UnreadableImages::add(int64_t i, const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (why_.emplace(i, why).second) new_.push_back(i);
}

bool UnreadableImages::contains(int64_t i) const {
  const std::lock_guard lock(mutex_);
  return why_.contains(i);
}

std::vector<std::string> UnreadableImages::take_new() {
  const std::lock_guard lock(mutex_);
  std::sort(new_.begin(), new_.end());
  std::vector<std::string> reasons;
  for (const int64_t i : new_) reasons.push_back(why_.at(i));
  new_.clear();
  return reasons;
}

}  // namespace eca
