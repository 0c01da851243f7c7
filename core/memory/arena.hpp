// Arena: memory for arrays, cut from large segments. A block that is given back joins its free neighbours, so what
// held two small maps may hold a large one next. That is what a training step needs: maps shrink on the way
// forward, and on the way back, when the small ones are free again, gradients grow. Used by one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/free_ranges.hpp"
#include "core/base/real.hpp"
#include "core/memory/place.hpp"

namespace eca {

class Arena {
 public:
  explicit Arena(Place place) : place_(place) {}
  // n reals that begin a cache line, from the first free range they fit in. Throws std::bad_alloc.
  real* take(int64_t n);
  // What take(n) gave.
  void give_back(real* block, int64_t n);
  // Returns what is free to the system.
  void release();
  // What the blocks of now and before reach over, since the last release: what is in memory at most.
  int64_t reach_bytes() const;

 private:
  // The system gives a page when it is first written, so a segment costs what its blocks have reached.
  struct Segment {
    real* begin;
    int64_t size, reach;  // in reals
    FreeRanges free;
  };
  real* cut(Segment& segment, int64_t n);
  void add_segment(int64_t n);

  Place place_;
  std::vector<Segment> segments_;
};

}  // namespace eca
