// A GPU.
#include "core/cuda/device.hpp"

#include <cstdio>
#include <cstring>
#include <new>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/cuda/cublas.hpp"
#include "core/cuda/gpu/stream.hpp"
#include "core/cuda/pinned_blocks.hpp"
#include "core/cuda/transfer.hpp"

namespace eca::cuda {

void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  throw Error("cuda: " + std::string(call) + ": " + cudaGetErrorString(status) + in_scope());
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

namespace {

// Pinned memory through which small arrays go up without a wait. It is two halves: before one is filled again, what was copied
// from it has arrived.
class Staging {
 public:
  static constexpr int64_t kHalf = int64_t{1} << 20;

  Staging() {
    for (Half& half : halves_) {
      half.begin = static_cast<char*>(allocate_pinned(kHalf));
      check(cudaEventCreateWithFlags(&half.copied, cudaEventDisableTiming), "cudaEventCreateWithFlags");
    }
  }
  char* take(int64_t bytes) {
    if (used_ + bytes > kHalf) {
      check(cudaEventRecord(halves_[current_].copied, stream()), "cudaEventRecord");
      current_ = 1 - current_;
      used_ = 0;
      check(cudaEventSynchronize(halves_[current_].copied), "cudaEventSynchronize");
    }
    char* memory = halves_[current_].begin + used_;
    used_ += bytes;
    return memory;
  }

 private:
  struct Half {
    char* begin;
    cudaEvent_t copied;
  };
  Half halves_[2];
  int current_ = 0;
  int64_t used_ = 0;
};

}  // namespace

void wait() { check(cudaStreamSynchronize(stream()), "cudaStreamSynchronize"); }

void copy_to_device(void* to, const void* from, int64_t bytes) {
  if (capturing()) {
    if (!is_pinned(from))
      from = std::memcpy(memory_of_captured_graph(bytes), from, static_cast<size_t>(bytes));
    return copy(to, from, bytes, cudaMemcpyHostToDevice);
  }
  if (bytes <= Staging::kHalf) {
    static auto* staging = new Staging;
    return copy(to, std::memcpy(staging->take(bytes), from, static_cast<size_t>(bytes)), bytes,
                cudaMemcpyHostToDevice);
  }
  copy(to, from, bytes, cudaMemcpyHostToDevice);
  wait();
}
void copy_to_host(void* to, const void* from, int64_t bytes) {
  if (capturing()) throw Error("cuda: a copy to the host while work is recorded" + in_scope());
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
