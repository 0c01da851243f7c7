#include "core/base/free_ranges.hpp"

#include <algorithm>
#include <iterator>

namespace eca {

std::optional<int64_t> FreeRanges::take(int64_t n) {
  const auto fits = [n](const auto& range) { return range.second >= n; };
  const auto range = std::find_if(ranges_.begin(), ranges_.end(), fits);
  if (range == ranges_.end()) return std::nullopt;
  const auto [offset, length] = *range;
  ranges_.erase(range);
  if (length > n) ranges_.emplace(offset + n, length - n);
  return offset;
}

void FreeRanges::give_back(int64_t offset, int64_t n) {
  auto after = ranges_.lower_bound(offset);
  if (after != ranges_.end() && after->first == offset + n) {
    n += after->second;
    after = ranges_.erase(after);
  }
  if (after != ranges_.begin()) {
    const auto before = std::prev(after);
    if (before->first + before->second == offset) {
      before->second += n;
      return;
    }
  }
  ranges_.emplace_hint(after, offset, n);
}

int64_t FreeRanges::end_of_used() const {
  if (ranges_.empty()) return size_;
  const auto& [offset, length] = *ranges_.rbegin();
  return offset + length == size_ ? offset : size_;
}

}  // namespace eca
