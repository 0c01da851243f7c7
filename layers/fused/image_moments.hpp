#pragma once

#include "core/autograd/tensor.hpp"

namespace eca {

// What batch norm and channel attention need to know of x (N,H,W,C): mean and sum of squared deviations of each channel in
// each image, (N,C) both. A convolution can take them while it writes x. Formulas: core/kernels/batch_norm/moments.hpp.
struct ImageMoments {
  Tensor mean, squares;

  static ImageMoments empty(int64_t N, int64_t C) { return {Tensor::empty({N, C}), Tensor::empty({N, C})}; }
};

}  // namespace eca
