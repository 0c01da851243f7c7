// A network without its classifier: what detectors stand on.
#pragma once

#include <vector>

#include "layers/module.hpp"

namespace eca {

// One pixel of the map for `stride` pixels of the image, along each axis.
struct BodyMap {
  int64_t channels, stride;
};

class NetworkBody : public Module {
 public:
  // x (N,H,W,in_channels) -> the last map of each resolution, the finest first: (N,H/stride,W/stride,channels), rounded up.
  virtual std::vector<Tensor> maps(const Tensor& x) = 0;
  virtual std::vector<BodyMap> map_sizes() const = 0;

  // The last of them.
  Tensor forward(const Tensor& x) override { return maps(x).back(); }
};

}  // namespace eca
