#include "layers/conv_batch_norm.hpp"

#include "core/ops/elementwise.hpp"
#include "core/scope.hpp"
#include "layers/activations.hpp"
#include "layers/batch_norm_relu.hpp"
#include "layers/residual_tail.hpp"

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

Tensor conv_bn_relu(Conv2d& conv, BatchNorm2d& bn, const Tensor& x) {
  if (op_by_op) return relu(bn(conv(x)));
  if (folds(bn)) return folded(conv, bn, x, {}, /*relu=*/true);
  if (!bn.training()) return batch_norm_relu(bn, conv(x));
  ImageMoments moments;
  const Tensor y = conv.with_moments(x, moments);
  return batch_norm_relu(bn, y, moments);
}

Tensor conv_bn_add_relu(Conv2d& conv, BatchNorm2d& bn, Module* attention, const Tensor& x,
                        const Tensor& shortcut) {
  auto* gate = dynamic_cast<ChannelGate*>(attention);
  const bool gate_or_none = attention == nullptr || gate != nullptr;
  if (op_by_op || !gate_or_none) {
    const Tensor y = conv_bn(conv, bn, x);
    return relu(add(attention != nullptr ? (*attention)(y) : y, shortcut));
  }
  if (folds(bn) && attention == nullptr) return folded(conv, bn, x, shortcut, /*relu=*/true);
  ImageMoments moments;
  const Tensor y = conv.with_moments(x, moments);
  return residual_tail(bn, gate, y, shortcut, moments);
}

}  // namespace eca
