// Scratch memory of kernels: one growing buffer per thread and purpose, never shrunk, so that steady state
// allocates nothing. Contents do not survive the next call with the same purpose on the same thread.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca::kernels {

enum class Scratch { columns, weights, flipped, partials, moments, kCount };

// At least n elements, 64-byte aligned, uninitialised. Throws std::bad_alloc.
real* scratch(Scratch purpose, int64_t n);

}  // namespace eca::kernels
