#include "layers/fused/conv_batch_norm.hpp"

#include <utility>

#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/fused/batch_norm_relu.hpp"
#include "layers/fused/residual_tail.hpp"

namespace eca {

static thread_local bool op_by_op = false;

OpByOp::OpByOp() : before_(op_by_op) { op_by_op = true; }
OpByOp::~OpByOp() { op_by_op = before_; }

static bool folds(const BatchNorm2d& bn) { return !op_by_op && !bn.training() && Tape::current() == nullptr; }

static Tensor folded(Conv2d& conv, BatchNorm2d& bn, const Tensor& x, const Tensor& plus, bool relu) {
  const Scope scope(conv.name());
  const auto [scale, offset] = bn.affine();
  return conv.inference(x, {.scale = scale, .offset = offset, .plus = plus, .relu = relu});
}

Tensor conv_bn(Conv2d& conv, BatchNorm2d& bn, const Tensor& x) {
  return folds(bn) ? folded(conv, bn, x, {}, /*relu=*/false) : bn(conv(x));
}

Activation::Activation(BatchNorm2d& bn, const Tensor& x, const ImageMoments& moments) : x_(x), bn_(&bn) {
  const Scope scope(bn.name());
  n_ = bn.values(x, moments);
}

Activation::operator Tensor() const {
  if (bn_ == nullptr) return x_;
  const Scope scope(bn_->name());
  return batch_norm_relu(x_, n_);
}

static UnstoredRelu unstored(const BatchNorm2d& bn, const Tensor& x, const BatchNormValues& n) {
  const Scope scope(bn.name());
  return batch_norm_relu_unstored(x, n);
}

Tensor Activation::convolved(Conv2d& conv, ImageMoments& moments) const {
  if (bn_ == nullptr || !conv.takes_unstored(x_)) return conv.with_moments(Tensor(*this), moments);
  return conv.with_moments(unstored(*bn_, x_, n_), moments);
}

Activation conv_bn_relu(Conv2d& conv, BatchNorm2d& bn, const Activation& x) {
  if (op_by_op) return relu(bn(conv(x)));
  if (folds(bn)) return folded(conv, bn, x, {}, /*relu=*/true);
  if (!bn.training()) return batch_norm_relu(bn, conv(x));
  ImageMoments moments;
  const Tensor y = x.convolved(conv, moments);
  return {bn, y, moments};
}

Tensor conv_bn_add_relu(Conv2d& conv, BatchNorm2d& bn, Module* attention, const Activation& x,
                        const Tensor& shortcut) {
  auto* gate = dynamic_cast<ChannelGate*>(attention);
  const bool gate_or_none = attention == nullptr || gate != nullptr;
  if (op_by_op || !gate_or_none) {
    const Tensor y = conv_bn(conv, bn, x);
    return relu(add(attention != nullptr ? (*attention)(y) : y, shortcut));
  }
  if (folds(bn) && attention == nullptr) return folded(conv, bn, x, shortcut, /*relu=*/true);
  ImageMoments moments;
  Tensor y = x.convolved(conv, moments);
  return residual_tail(bn, gate, std::move(y), shortcut, moments);
}

}  // namespace eca
