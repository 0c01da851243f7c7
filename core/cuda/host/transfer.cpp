// Copies of the processor in the role of a GPU happen as late as they may, so that what nobody waits for has not arrived.
#include "core/cuda/transfer.hpp"

#include <cstring>
#include <vector>

#include "core/base/error.hpp"
#include "core/cuda/device.hpp"
#include "core/cuda/host/ask.hpp"
#include "core/cuda/pinned_blocks.hpp"

namespace eca::cuda {

void* allocate_pinned(int64_t bytes) {
  auto* memory = static_cast<char*>(::operator new(static_cast<size_t>(bytes)));
  pinned_blocks()[memory] = bytes;
  return memory;
}

void release_pinned(void* memory) {
  pinned_blocks().erase(static_cast<char*>(memory));
  ::operator delete(memory);
}

// What begin() was given stays aside until finish().
struct Upload::State {
  std::vector<char> on_the_way;
};

Upload::Upload(int64_t) : state_(std::make_unique<State>()) {}
Upload::~Upload() = default;

void Upload::begin(const void* from, int64_t bytes) {
  const auto* first = static_cast<const char*>(from);
  state_->on_the_way.assign(first, first + bytes);
}

void Upload::finish(void* to) {
  copy_to_device(to, state_->on_the_way.data(), static_cast<int64_t>(state_->on_the_way.size()));
}

// What the array was at begin() stays aside until wait().
struct Download::State {
  std::vector<char> on_the_way, arrived;
};

Download::Download(int64_t) : state_(std::make_unique<State>()) {}
Download::~Download() = default;

void Download::begin(const void* from, int64_t bytes) {
  state_->on_the_way.resize(static_cast<size_t>(bytes));
  copy_to_host(state_->on_the_way.data(), from, bytes);
}

const void* Download::wait() {
  state_->arrived = state_->on_the_way;
  return state_->arrived.data();
}

}  // namespace eca::cuda
