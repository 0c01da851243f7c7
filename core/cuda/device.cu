// A GPU.
#include "core/cuda/device.hpp"

#include <cstdio>
#include <new>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/cuda/cublas.hpp"
#include "core/cuda/stream.hpp"

namespace eca::cuda {

void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  const std::string scope = current_scope();
  throw Error("cuda: " + std::string(call) + ": " + cudaGetErrorString(status) +
              (scope.empty() ? "" : " (in " + scope + ")"));
}

void check_launch() { check(cudaGetLastError(), "launch of a loop"); }

void check() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status == cudaErrorInsufficientDriver || status == cudaErrorNoDevice ||
      (status == cudaSuccess && devices == 0)) {
    throw Error("cuda: there is no NVIDIA GPU that this program can use: " +
                std::string(cudaGetErrorString(status)));
  }
  check(status, "cudaGetDeviceCount");
}

static cudaDeviceProp card() {
  check();
  cudaDeviceProp card = {};
  check(cudaGetDeviceProperties(&card, 0), "cudaGetDeviceProperties");
  return card;
}

static std::string cublas_version() {
  std::string text;
  for (const libraryPropertyType part : {MAJOR_VERSION, MINOR_VERSION, PATCH_LEVEL}) {
    int number = 0;
    check(cublasGetProperty(part, &number), "cublasGetProperty");
    text += (text.empty() ? "" : ".") + std::to_string(number);
  }
  return text;
}

std::string kind() {
  const cudaDeviceProp of = card();
  return std::string(of.name) + ", compute capability " + std::to_string(of.major) + "." +
         std::to_string(of.minor) + ", " + std::to_string(of.multiProcessorCount) +
         " multiprocessors, cuBLAS " + cublas_version();
}

std::string description() {
  int driver = 0;
  check(cudaDriverGetVersion(&driver), "cudaDriverGetVersion");
  char text[100];
  std::snprintf(text, sizeof text, "; %.1f GiB, driver of CUDA %d.%d",
                static_cast<double>(card().totalGlobalMem) / (1 << 30), driver / 1000, driver % 1000 / 10);
  return kind() + text;
}

cudaStream_t stream() {
  static cudaStream_t stream = [] {
    cudaStream_t made = nullptr;
    check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    return made;
  }();
  return stream;
}

void* allocate(int64_t bytes) {
  void* memory = nullptr;
  const cudaError_t status = cudaMalloc(&memory, static_cast<size_t>(bytes));
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // forgets it
    throw std::bad_alloc();
  }
  check(status, "cudaMalloc");
  return memory;
}

void release(void* memory, int64_t) { check(cudaFree(memory), "cudaFree"); }

static void copy(void* to, const void* from, int64_t bytes, cudaMemcpyKind kind) {
  check(cudaMemcpyAsync(to, from, static_cast<size_t>(bytes), kind, stream()), "cudaMemcpyAsync");
}
static void wait() { check(cudaStreamSynchronize(stream()), "cudaStreamSynchronize"); }

void copy_to_device(void* to, const void* from, int64_t bytes) {
  copy(to, from, bytes, cudaMemcpyHostToDevice);
  wait();
}
void copy_to_host(void* to, const void* from, int64_t bytes) {
  copy(to, from, bytes, cudaMemcpyDeviceToHost);
  wait();
}
void copy_on_device(void* to, const void* from, int64_t bytes) {
  copy(to, from, bytes, cudaMemcpyDeviceToDevice);
}
void set_on_device(void* to, int byte, int64_t bytes) {
  check(cudaMemsetAsync(to, byte, static_cast<size_t>(bytes), stream()), "cudaMemsetAsync");
}

}  // namespace eca::cuda
