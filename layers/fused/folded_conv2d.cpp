#include "layers/fused/folded_conv2d.hpp"

#include "core/autograd/check.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/attention/scale_channels.hpp"
#include "layers/fused/affine.hpp"

namespace eca {

// Never recorded: it tells a profile its time, and checks y for NaN.
struct FoldedConv2dBackward final : Conv2dNode {
  explicit FoldedConv2dBackward(const kernels::Conv2dShape& s_in) : Conv2dNode({}, s_in) {}
  const char* name() const override { return "FoldedConv2dBackward"; }
  void backward(const Tensor&) override {}
};

// w[kh,kw,i,o] * scale[o]
static Tensor scaled_weight(const Tensor& w, const Tensor& scale) {
  const int64_t O = w.dim(3);
  check_shape("folded_conv2d", "batch norm's weight", scale, {O}, "O");
  Tensor scaled = Tensor::empty(w.shape());
  kernels::scale_channels_forward(scaled.data(), w.data(), scale.data(), /*N=*/1, w.numel() / O, O);
  return scaled;
}

Tensor folded_conv2d(const Conv2d& conv, const BatchNorm2d& bn, const Tensor& x, const Tensor& plus,
                     bool relu) {
  if (Tape::current() != nullptr) {
    throw Error("folded_conv2d: what is folded into a convolution has no backward; a tape records");
  }
  const Scope scope(conv.name());
  const auto [scale, offset] = affine(bn.running_values());
  const Tensor w = scaled_weight(conv.weight(), scale);
  const kernels::Conv2dShape s = checked_conv2d_shape(x, w, offset, conv.options());
  const Shape y_shape = {s.N, s.OH(), s.OW(), s.O};
  if (plus.defined()) check_shape("folded_conv2d", "plus", plus, y_shape, "N,OH,OW,O");
  Tensor y = Tensor::empty(y_shape);
  kernels::conv2d_forward(
      {.y = y.data(), .bias = offset.data(), .plus = plus.defined() ? plus.data() : nullptr, .relu = relu},
      x.data(), w.data(), s);
  return record<FoldedConv2dBackward>(y, s);
}

}  // namespace eca
