// Copies that the device makes by itself, while it computes and the processor does other work. Like core/cuda/device.hpp, with
// the same three behind it.
#pragma once

#include <cstdint>
#include <memory>

namespace eca::cuda {

// Memory of the host that does not move, so that the device can read and write it. Throws std::bad_alloc.
void* allocate_pinned(int64_t bytes);
void release_pinned(void* memory);

// An array on its way to the device while that computes. It goes through memory of this object's own, on both sides.
class Upload {
 public:
  explicit Upload(int64_t most_bytes);
  ~Upload();
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  // `from` may be written again at once. Waits for the last one to have left the host.
  void begin(const void* from, int64_t bytes);
  // What the device is asked for from now on finds the array at `to`.
  void finish(void* to);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// An array on its way to the host, as it is when all is done that the device has been asked for.
class Download {
 public:
  explicit Download(int64_t most_bytes);
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  void begin(const void* from, int64_t bytes);
  // Waits for it. What comes back is this object's own, until the next begin(). Throws Error if anything failed that the device
  // was asked for.
  const void* wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace eca::cuda
