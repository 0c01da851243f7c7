#include "layers/image_moments.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/batch_norm/moments.hpp"

namespace eca {

ImageMoments image_moments(const Tensor& x) {
  check_rank("image_moments", "x", x, "N,H,W,C");
  const int64_t N = x.dim(0), HW = x.dim(1) * x.dim(2), C = x.dim(3);
  ImageMoments moments = ImageMoments::empty(N, C);
  kernels::image_moments(moments.mean.data(), moments.squares.data(), x.data(), N, HW, C);
  return moments;
}

}  // namespace eca
