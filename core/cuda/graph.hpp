// Work that is asked of the device as a whole, as often as wanted: a CUDA graph. Like core/cuda/device.hpp, with the same three
// behind it.
#pragma once

#include <functional>
#include <memory>

namespace eca::cuda {

// Everything that `work` asks of the device, in its order, with the addresses and numbers it gives: nothing of it is done
// meanwhile. What it copies from pinned memory is read at each launch, what it copies from other memory is as it was.
class Graph {
 public:
  // Throws what `work` throws, and Error if it copies to the host.
  explicit Graph(const std::function<void()>& work);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  void launch();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace eca::cuda
