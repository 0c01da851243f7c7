// When the device did what: CUDA events. Like core/cuda/device.hpp, with the same three behind it.
#pragma once

#include <cstddef>
#include <memory>

namespace eca::cuda {

class Moments {
 public:
  Moments();
  ~Moments();
  Moments(const Moments&) = delete;
  Moments& operator=(const Moments&) = delete;

  // Marks the moment at which all is done that the device has been asked for; its number, from 0.
  size_t mark();
  // From one to a later one. Waits for that.
  double seconds(size_t first, size_t last);
  // Begins again at 0.
  void clear();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace eca::cuda
