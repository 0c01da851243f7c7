// Scratch memory of kernels: one growing buffer per thread and purpose, never shrunk, so that steady state allocates
// nothing. Contents do not survive the next call with the same purpose on the same thread.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca::kernels {

// No kernel that holds one of these calls another that asks for the same.
enum class Scratch {
  columns,        // what a convolution multiplies: the patches of im2col, or the points of Winograd's tiles
  padded,         // direct convolution: an image with the zeros around it
  weights,        // Winograd's transformed weights
  transformed,    // their gradient, of some images
  flipped,        // the flipped kernel of a dx that is a convolution
  partials,       // partial sums of a reduction
  spare,          // those of a part of the tree over the leaves, of one thread
  channels,       // batch norm: factors of each channel
  chunk_moments,  // mean and squares of one chunk of an image
  tile_moments,   // those of every tile of Winograd's convolution
  kCount,
};

// At least n elements, 64-byte aligned, uninitialised. Throws std::bad_alloc.
real* scratch(Scratch purpose, int64_t n);

// The same for n numbers of another type, such as double.
template <class T>
T* scratch_of(Scratch purpose, int64_t n) {
  constexpr int64_t kReals = sizeof(T) / sizeof(real);
  static_assert(kReals * sizeof(real) == sizeof(T));
  return reinterpret_cast<T*>(scratch(purpose, n * kReals));
}

}  // namespace eca::kernels
