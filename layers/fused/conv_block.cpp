#include "layers/fused/conv_block.hpp"

#include <utility>

#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/fused/batch_norm_relu.hpp"
#include "layers/fused/folded_conv2d.hpp"
#include "layers/fused/residual_tail.hpp"

namespace eca {

static bool folds(const BatchNorm2d& bn) { return !bn.training() && Tape::current() == nullptr; }

Tensor conv_bn(Conv2d& conv, BatchNorm2d& bn, const Tensor& x) {
  if (folds(bn)) return folded_conv2d(conv, bn, x, /*plus=*/{}, /*relu=*/false);
  return bn(conv(x));
}

PendingRelu conv_bn_relu(Conv2d& conv, BatchNorm2d& bn, const PendingRelu& x) {
  if (folds(bn)) return folded_conv2d(conv, bn, x.stored(), /*plus=*/{}, /*relu=*/true);
  if (!bn.training()) return batch_norm_relu(bn, conv(x.stored()));
  ImageMoments moments;
  const Tensor y = x.convolved(conv, moments);
  return {bn, y, moments};
}

// What is no gate on channels needs bn(conv(x)) as a whole.
static Tensor whole_conv_bn(Conv2d& conv, BatchNorm2d& bn, const PendingRelu& x) {
  if (folds(bn)) return folded_conv2d(conv, bn, x.stored(), /*plus=*/{}, /*relu=*/false);
  ImageMoments moments;
  const Tensor y = x.convolved(conv, moments);
  return bn.with_moments(y, moments);
}

Tensor conv_bn_add_relu(Conv2d& conv, BatchNorm2d& bn, Module* attention, const PendingRelu& x,
                        const Tensor& shortcut) {
  auto* gate = dynamic_cast<ChannelGate*>(attention);
  if (attention != nullptr && gate == nullptr) {
    return relu(add((*attention)(whole_conv_bn(conv, bn, x)), shortcut));
  }
  if (folds(bn) && gate == nullptr) return folded_conv2d(conv, bn, x.stored(), shortcut, /*relu=*/true);
  ImageMoments moments;
  Tensor y = x.convolved(conv, moments);
  return residual_tail(bn, gate, std::move(y), shortcut, moments);
}

}  // namespace eca
