// Where the processor plays the GPU (make CUDA=host), the device's memory lies in pages that may be touched only on a visit:
// while a loop of the device, a product or a copy runs. All else that reads or writes it ends the program, as it would give
// garbage or a crash with a GPU.
#pragma once

namespace eca::cuda {

class Visit {
 public:
  Visit();
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
};

}  // namespace eca::cuda
