#pragma once

#include "core/autograd/tensor.hpp"

namespace eca {

// The first step of batch norm's statistics: of each channel in each image of x (N,H,W,C),
//   mean   [n,c] = 1/(H*W) sum_hw x[n,h,w,c]                  (N,C)
//   squares[n,c] = sum_hw (x[n,h,w,c] - mean[n,c])^2          (N,C)
// Who writes x can take them on the way. How images are joined: core/kernels/batch_norm/moments.hpp.
struct ImageMoments {
  Tensor mean, squares;

  bool known() const { return mean.defined(); }
  static ImageMoments empty(int64_t N, int64_t C) { return {Tensor::empty({N, C}), Tensor::empty({N, C})}; }
};

// In a pass over x.  Throws ShapeError: rank.
ImageMoments image_moments(const Tensor& x);

}  // namespace eca
