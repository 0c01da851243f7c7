#include "data/image_source.hpp"

namespace eca {

void UnreadableImages::add(int64_t i, const std::string& why) {
  const std::lock_guard lock(mutex_);
  images_.emplace(i, Met{why});
}

bool UnreadableImages::contains(int64_t i) const {
  const std::lock_guard lock(mutex_);
  return images_.contains(i);
}

std::map<int64_t, std::string> UnreadableImages::unsaid() const {
  const std::lock_guard lock(mutex_);
  std::map<int64_t, std::string> result;
  for (const auto& [i, met] : images_) {
    if (!met.said) result.emplace(i, met.why);
  }
  return result;
}

std::vector<std::string> UnreadableImages::say(const std::map<int64_t, std::string>& images) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> reasons;
  for (const auto& [i, why] : images) {
    Met& met = images_.emplace(i, Met{why}).first->second;
    if (!met.said) reasons.push_back(why);
    met.said = true;
  }
  return reasons;
}

void UnreadableImages::unsay() {
  const std::lock_guard lock(mutex_);
  for (auto& [i, met] : images_) met.said = false;
}

}  // namespace eca
