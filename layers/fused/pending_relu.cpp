#include "layers/fused/pending_relu.hpp"

#include "core/base/scope.hpp"
#include "layers/fused/batch_norm_relu.hpp"

namespace eca {

PendingRelu::PendingRelu(BatchNorm2d& bn, const Tensor& x, const ImageMoments& moments) : x_(x), bn_(&bn) {
  const Scope scope(bn.name());
  n_ = bn.values(x, moments);
}

Tensor PendingRelu::stored() const {
  if (bn_ == nullptr) return x_;
  const Scope scope(bn_->name());
  return batch_norm_relu(x_, n_);
}

static UnstoredRelu unstored(const BatchNorm2d& bn, const Tensor& x, const BatchNormValues& n) {
  const Scope scope(bn.name());
  return batch_norm_relu_unstored(x, n);
}

Tensor PendingRelu::convolved(const Conv2d& conv, ImageMoments& moments) const {
  if (bn_ == nullptr || !reads_unstored(conv, x_)) return fused_conv2d(conv, stored(), moments);
  return fused_conv2d(conv, unstored(*bn_, x_, n_), moments);
}

}  // namespace eca
