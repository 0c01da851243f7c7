#include "core/memory/arena.hpp"

#include <algorithm>
#include <new>

#include "core/memory/aligned_memory.hpp"

namespace eca {

namespace {

constexpr int64_t kLine = kCacheLine / sizeof(real);
constexpr int64_t kSegment = (int64_t{1} << 30) / sizeof(real);

// With a gap after large arrays of a page and a line: maps of a power of two would otherwise all begin on one
// cache set, and an op that walks several of them would push out its own lines.
int64_t block_size(int64_t n) {
  const int64_t lines = std::max<int64_t>(1, (n + kLine - 1) / kLine);
  constexpr int64_t kLarge = 1024, kGap = 65;
  return (lines < kLarge ? lines : lines + kGap) * kLine;
}

}  // namespace

// Null if it does not fit.
real* Arena::cut(Segment& segment, int64_t n) {
  const std::optional<int64_t> offset = segment.free.take(n);
  if (!offset) return nullptr;
  segment.reach = std::max(segment.reach, *offset + n);
  return segment.begin + *offset;
}

// Large, since blocks of two segments never join; but where addresses are scarce (ulimit -v), others need them too.
void Arena::add_segment(int64_t n) {
  const auto add = [&](int64_t size) {
    segments_.push_back(
        {.begin = allocate(place_, size), .size = size, .reach = 0, .free = FreeRanges(size)});
  };
  try {
    add(std::max(n, kSegment));
  } catch (const std::bad_alloc&) {
    add(std::max(n, kSegment / 32));
  }
}

real* Arena::take(int64_t n) {
  n = block_size(n);
  for (Segment& segment : segments_) {
    if (real* block = cut(segment, n)) return block;
  }
  add_segment(n);
  return cut(segments_.back(), n);
}

void Arena::give_back(real* block, int64_t n) {
  const auto owns = [block](const Segment& s) { return block >= s.begin && block < s.begin + s.size; };
  Segment& segment = *std::find_if(segments_.begin(), segments_.end(), owns);
  segment.free.give_back(block - segment.begin, block_size(n));
}

void Arena::release() {
  std::erase_if(segments_, [this](const Segment& segment) {
    if (segment.free.all_free()) deallocate(place_, segment.begin, segment.size);
    return segment.free.all_free();
  });
  if (place_ == Place::device) return;  // it cannot give back parts
  for (Segment& segment : segments_) {
    for (const auto& [offset, length] : segment.free.ranges())
      forget_contents(segment.begin + offset, length);
    segment.reach = std::min(segment.reach, segment.free.end_of_used());
  }
}

int64_t Arena::reach_bytes() const {
  int64_t reals = 0;
  for (const Segment& segment : segments_) reals += segment.reach;
  return reals * static_cast<int64_t>(sizeof(real));
}

}  // namespace eca
