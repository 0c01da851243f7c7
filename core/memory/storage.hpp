// Storage: the memory behind tensors, cut from an arena (core/memory/arena.hpp) and given back to it. A training
// step repeats the sizes of the step before, so after the first steps no memory is asked of the system. Used by
// one thread: tensors are made and dropped by the thread that records the tape.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/real.hpp"
#include "core/memory/place.hpp"

namespace eca {

struct Storage {
  real* data = nullptr;  // 64-byte aligned
  int64_t size = 0;      // elements in use
  int64_t capacity = 0;  // elements allocated
  uint64_t version = 0;  // counts in-place writes; see Saved in core/autograd/tape.hpp
  Place place;

  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  // In place_of_results(), uninitialised; NaN-filled when poisoning.
  explicit Storage(int64_t n) : Storage(n, place_of_results()) {}
  Storage(int64_t n, Place where);
  ~Storage();  // gives the memory back to the arena

  // Elements first to first+n-1, copied to or from the host's memory wherever they lie.
  void copy_to_host(real* to, int64_t first, int64_t n) const;
  void copy_from_host(const real* from, int64_t first, int64_t n);
};

using StoragePtr = std::shared_ptr<Storage>;

struct MemoryStats {
  int64_t live_bytes;   // in use by tensors now
  int64_t peak_bytes;   // largest live_bytes so far
  int64_t reach_bytes;  // asked of the system so far and not returned; 0 without an arena
  int64_t live_storages;
  int64_t device_copies;  // of values between host and device so far
};
MemoryStats memory_stats();

// Returns the memory of dropped tensors to the system, for example between training and evaluation.
void release_free_memory();

// Fills fresh and freed memory with NaN, so that reading what was never written shows. On in debug builds.
void set_poison(bool on);

}  // namespace eca
