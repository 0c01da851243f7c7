// How the device runs a loop: body(i) for every i from 0 to n-1, each by a thread of its own, in no order. Asked of the device
// and not waited for; loops run one after the other.
#pragma once

#include <cstdint>

#include "core/cuda/device_code.hpp"
#ifdef __CUDACC__
#include "core/cuda/gpu/stream.hpp"
#else
#include "core/cuda/host/ask.hpp"
#endif

namespace eca::cuda {

#ifdef __CUDACC__

template <class Body>
__global__ void one_index_a_thread(int64_t n, Body body) {
  const int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i < n) body(i);
}

template <class Body>
void for_each_index(int64_t n, const Body& body) {
  constexpr int64_t kThreads = 256;
  if (n == 0) return;
  one_index_a_thread<<<static_cast<unsigned>((n + kThreads - 1) / kThreads), kThreads, 0, stream()>>>(n,
                                                                                                      body);
  check_launch();
}

#else

template <class Body>
void for_each_index(int64_t n, const Body& body) {
  ask([=] {
    for (int64_t i = 0; i < n; ++i) body(i);
  });
}

#endif

}  // namespace eca::cuda
