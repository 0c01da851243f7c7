// What is free of a stretch of `size` places, as ranges that never touch each other: for whoever cuts blocks from memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace eca {

class FreeRanges {
 public:
  explicit FreeRanges(int64_t size) : size_(size), ranges_{{0, size}} {}

  // The place of n in a row, from the first range they fit in; nothing if there is none.
  std::optional<int64_t> take(int64_t n);
  // The n places from `offset` on, which take() gave: they join their free neighbours.
  void give_back(int64_t offset, int64_t n);

  bool all_free() const { return ranges_.size() == 1 && ranges_.begin()->second == size_; }
  // From where on all is free, up to the end.
  int64_t end_of_used() const;
  // Offset and length.
  const std::map<int64_t, int64_t>& ranges() const { return ranges_; }

 private:
  int64_t size_;
  std::map<int64_t, int64_t> ranges_;
};

}  // namespace eca
