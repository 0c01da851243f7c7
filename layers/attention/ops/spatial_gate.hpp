#pragma once

#include "layers/batch_norm.hpp"
#include "layers/conv2d.hpp"

namespace eca {

// The largest and the mean channel of every pixel: x (N,H,W,C) -> (N,H,W,2).
// Throws ShapeError if x has not four axes, or no channels.
Tensor channel_pool(const Tensor& x);

// y[n,h,w,c] = x[n,h,w,c] * s[n,h,w,0], one factor a pixel: x,y (N,H,W,C), s (N,H,W,1).  Throws ShapeError.
Tensor scale_pixels(const Tensor& x, const Tensor& s);

// CBAM's second half: x * sigmoid(BN(conv_kxk(channel_pool(x)))).  Throws Error unless kernel is odd.
class SpatialGate : public Module {
 public:
  explicit SpatialGate(int64_t kernel);
  Tensor forward(const Tensor& x) override;

 private:
  struct BasicConv;
  BasicConv& spatial_;
};

}  // namespace eca
