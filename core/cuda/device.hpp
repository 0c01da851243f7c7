// The GPU as the rest of the project sees it: whether it is there, its memory, copies. Behind it stands one of
//   core/cuda/gpu/          make CUDA=1        a GPU
//   core/cuda/host/         make CUDA=host     the processor in its role, for tests
//   core/cuda/no_device.cpp make               none: check() says so
#pragma once

#include <cstdint>
#include <string>

namespace eca::cuda {

// Throws Error where there is no GPU that this program can use, saying what is missing.
void check();
// What the last bits of its results depend on, as "NVIDIA H100 80GB HBM3, compute capability 9.0, 132 multiprocessors,
// cuBLAS 13.1.0". Throws as check().
std::string kind();
// The same, and what else it is: "...; 79.1 GiB, driver of CUDA 13.0".
std::string description();

// Whether products may round their factors to TF32.
inline bool tf32 = false;

// Memory of the device, at the start of 256 bytes, uninitialised. Throws std::bad_alloc.
void* allocate(int64_t bytes);
// What allocate(bytes) gave.
void release(void* memory, int64_t bytes);

// In the order in which they are asked for, among what the device was asked to compute. What is copied to the device may be
// written again at once; but see Graph (core/cuda/graph.hpp). What is copied to the host is there when the call returns, which
// throws Error if anything before it failed.
void copy_to_device(void* to, const void* from, int64_t bytes);
void copy_to_host(void* to, const void* from, int64_t bytes);
void copy_on_device(void* to, const void* from, int64_t bytes);
// All bytes from then on have the value `byte`.
void set_on_device(void* to, int byte, int64_t bytes);

// Until all is done that the device has been asked for. Throws Error if anything of it failed.
void wait();

}  // namespace eca::cuda
