#include "core/cuda/transfer.hpp"

#include <cstring>
#include <new>

#include "core/cuda/device.hpp"
#include "core/cuda/gpu/stream.hpp"
#include "core/cuda/pinned_blocks.hpp"

namespace eca::cuda {

namespace {

// Beside the stream of what is computed, so that a copy runs while that computes.
cudaStream_t stream_of_uploads() {
  static cudaStream_t stream = [] {
    cudaStream_t made = nullptr;
    check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    return made;
  }();
  return stream;
}

// A moment in the order of a stream.
class Event {
 public:
  Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "cudaEventCreateWithFlags"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cudaStream_t stream) { check(cudaEventRecord(event_, stream), "cudaEventRecord"); }
  // One that was never recorded is past.
  void wait() { check(cudaEventSynchronize(event_), "cudaEventSynchronize"); }
  void let_wait(cudaStream_t stream) { check(cudaStreamWaitEvent(stream, event_, 0), "cudaStreamWaitEvent"); }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace

void* allocate_pinned(int64_t bytes) {
  void* memory = nullptr;
  const cudaError_t status = cudaMallocHost(&memory, static_cast<size_t>(bytes));
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // forgets it
    throw std::bad_alloc();
  }
  check(status, "cudaMallocHost");
  pinned_blocks()[static_cast<const char*>(memory)] = bytes;
  return memory;
}

void release_pinned(void* memory) {
  pinned_blocks().erase(static_cast<const char*>(memory));
  cudaFreeHost(memory);
}

struct Upload::State {
  char* pinned;
  void* on_device;
  int64_t most, bytes = 0;
  Event arrived;  // on the device, from where finish() takes it
  Event taken;
};

Upload::Upload(int64_t most_bytes) : state_(std::make_unique<State>()) {
  state_->most = most_bytes;
  state_->pinned = static_cast<char*>(allocate_pinned(most_bytes));
  state_->on_device = allocate(most_bytes);
}

Upload::~Upload() {
  cudaStreamSynchronize(stream_of_uploads());
  release_pinned(state_->pinned);
  release(state_->on_device, state_->most);
}

void Upload::begin(const void* from, int64_t bytes) {
  state_->arrived.wait();
  std::memcpy(state_->pinned, from, static_cast<size_t>(bytes));
  state_->bytes = bytes;
  state_->taken.let_wait(stream_of_uploads());
  check(cudaMemcpyAsync(state_->on_device, state_->pinned, static_cast<size_t>(bytes), cudaMemcpyHostToDevice,
                        stream_of_uploads()),
        "cudaMemcpyAsync");
  state_->arrived.record(stream_of_uploads());
}

void Upload::finish(void* to) {
  state_->arrived.let_wait(stream());
  copy_on_device(to, state_->on_device, state_->bytes);
  state_->taken.record(stream());
}

struct Download::State {
  void* pinned;
  Event arrived;
};

Download::Download(int64_t most_bytes) : state_(std::make_unique<State>()) {
  state_->pinned = allocate_pinned(most_bytes);
}

Download::~Download() {
  cudaStreamSynchronize(stream());
  release_pinned(state_->pinned);
}

void Download::begin(const void* from, int64_t bytes) {
  check(cudaMemcpyAsync(state_->pinned, from, static_cast<size_t>(bytes), cudaMemcpyDeviceToHost, stream()),
        "cudaMemcpyAsync");
  state_->arrived.record(stream());
}

const void* Download::wait() {
  state_->arrived.wait();
  return state_->pinned;
}

}  // namespace eca::cuda
