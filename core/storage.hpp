// Storage: the memory behind tensors, and the free list it returns to. A training step repeats the sizes of
// the step before, so after the first steps no memory is asked of the system. Used by one thread: tensors are
// made and dropped by the thread that records the tape.
#pragma once

#include <cstdint>
#include <memory>

#include "core/real.hpp"

namespace eca {

struct Storage {
  real* data = nullptr;  // 64-byte aligned
  int64_t size = 0;      // elements in use
  int64_t capacity = 0;  // elements allocated
  uint64_t version = 0;  // counts in-place writes; see Saved in core/tape.hpp

  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  explicit Storage(int64_t n);  // uninitialised; NaN-filled when poisoning
  ~Storage();                   // gives the memory back to the free list
};

using StoragePtr = std::shared_ptr<Storage>;

struct MemoryStats {
  int64_t live_bytes;          // in use by tensors now
  int64_t peak_bytes;          // largest live_bytes so far
  int64_t system_allocations;  // times memory was asked of the system since the program started
  int64_t live_storages;
};
MemoryStats memory_stats();

// Returns the free list's memory to the system, for example between training and evaluation.
void release_free_memory();

// Fills fresh and freed memory with NaN, so that reading what was never written shows. On in debug builds.
void set_poison(bool on);

}  // namespace eca
