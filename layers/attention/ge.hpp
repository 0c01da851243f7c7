#pragma once

#include "layers/module.hpp"

namespace eca {

// x (N,h,w,C) -> (N,H,W,C), each pixel that of x at the same place, rounded down.  Throws ShapeError unless
// H >= h and W >= w.
Tensor upsample_nearest(const Tensor& x, int64_t H, int64_t W);

// Gather-excite without weights (GE-theta-minus): x (N,H,W,C) times the sigmoid of its own mean around each
// pixel.  extent = 0 means over the whole image, which is SE-Var1; else the means are of windows of
// 2 extent-1, `extent` apart. Throws Error if extent < 0.
class GatherExcite : public Module {
 public:
  explicit GatherExcite(int64_t extent = 0);
  Tensor forward(const Tensor& x) override;

 private:
  int64_t extent_;
};

}  // namespace eca
