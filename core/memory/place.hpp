// Whose memory an array lies in: the host's, where the processor's loops read and write, or the device's, a GPU's.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca {

enum class Place { host, device };

// Where the kernel mode in force computes.
Place place_of_results();

// n uninitialised numbers there, and back. Throws std::bad_alloc.
real* allocate(Place place, int64_t n);
void deallocate(Place place, real* data, int64_t n);

}  // namespace eca
