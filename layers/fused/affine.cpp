#include "layers/fused/affine.hpp"

namespace eca {

Affine affine(const BatchNormValues& n) {
  Tensor scale = Tensor::empty(n.gamma.shape()), offset = Tensor::empty(n.gamma.shape());
  for (int64_t c = 0; c < n.gamma.numel(); ++c) {
    scale.data()[c] = n.gamma.data()[c] * n.inv_std.data()[c];
    offset.data()[c] = n.beta.data()[c] - scale.data()[c] * n.mean.data()[c];
  }
  return {scale, offset};
}

}  // namespace eca
