#include "layers/fused/affine.hpp"

#include "core/kernels/batch_norm/channel_values.hpp"

namespace eca {

Affine affine(const BatchNormValues& n) {
  Tensor scale = Tensor::empty(n.gamma.shape()), offset = Tensor::empty(n.gamma.shape());
  kernels::batch_norm_affine(scale.data(), offset.data(), n.channels(), n.gamma.numel());
  return {scale, offset};
}

}  // namespace eca
