#pragma once

#include "core/autograd/tape.hpp"
#include "layers/module.hpp"

namespace eca {

struct PoolOptions {
  int64_t kernel;
  int64_t stride;
  int64_t padding = 0;        // at most kernel / 2, so that every window holds a pixel
  bool count_padding = true;  // average pooling: divide by kernel^2, or by the pixels inside the image
};

// x (N,H,W,C) -> y (N,OH,OW,C) with
//   OH = (H + 2 padding - kernel) / stride + 1, rounded down        OW likewise
// Throws ShapeError on options that make no window. max_pool2d saves x and y (shared storage), average_pool2d nothing.
Tensor max_pool2d(const Tensor& x, PoolOptions options);
Tensor average_pool2d(const Tensor& x, PoolOptions options);

// x (N,H,W,C) -> y (N,C), the mean of each channel: the squeeze of SE and ECA.  Throws ShapeError: rank, no pixels. Saves nothing.
Tensor global_average_pool(const Tensor& x);

// The same as a module, for networks that have it as one.
struct GlobalAveragePool : Module {
  Tensor forward(const Tensor& x) override { return global_average_pool(x); }
};

}  // namespace eca
