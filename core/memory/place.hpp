// Whose memory an array lies in: the host's, where the processor's loops read and write, or the device's, a GPU's.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca {

enum class Place { host, device };

// Where the kernel mode in force computes.
Place place_of_results();

// Waits until the kernels have done all they were asked for: on the host they have when they return.
void wait_for_results();

// n uninitialised numbers there, and back. Throws std::bad_alloc.
real* allocate(Place place, int64_t n);
void deallocate(Place place, real* data, int64_t n);

// Memory of the host that a device can read by itself where the kernel mode in force has one.
class PinnedMemory {
 public:
  explicit PinnedMemory(int64_t bytes);  // throws std::bad_alloc
  ~PinnedMemory();
  PinnedMemory(const PinnedMemory&) = delete;
  PinnedMemory& operator=(const PinnedMemory&) = delete;

  void* address() const { return address_; }

 private:
  Place readers_;
  void* address_;
};

// Grows whenever memory of the device is handed out, asked for or returned: as long as it stays, every address that work used
// means what it meant then.
uint64_t& device_memory_changes();

}  // namespace eca
