// What the CUDA code of this project shares: one stream, in whose order the device does all it is asked to, and errors with the
// name of the call that failed. For files that nvcc compiles.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace eca::cuda {

cudaStream_t stream();

// While a graph is captured: pinned memory of so many bytes that lives as long as the graph; else null.
void* memory_of_captured_graph(int64_t bytes);
// Whether a graph is captured.
bool capturing();

// Throws Error unless `status` is a success: "cuda: cudaMalloc: out of memory (in layer1.0.conv1)".
void check(cudaError_t status, const char* call);
// The same for the launch of a loop just before.
void check_launch();

}  // namespace eca::cuda
