// A convolution with the work of its neighbours: batch norm and ReLU before it, batch norm's statistics after it.
//   x' = relu(scale * x + offset), or x itself
//   y  = conv2d(x', w)                       moments of y, taken while it is written
// The backward is that of conv2d; dw works x' out from x again. dx is the gradient of x', which belongs to the node of
// batch norm and ReLU.
// Derivation: docs/derivations/fused.md
// Saves: x and w (shared storage, no copy), scale and offset (C values each). Not x'.
#include "layers/fused/fused_conv2d.hpp"

#include "core/base/scope.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

struct FusedConv2dBackward final : Conv2dNode {
  Saved x, scale, offset, w;  // scale and offset: undefined if the input is x itself
  FusedConv2dBackward(const Tensor& x_in, const Conv2d& conv, const kernels::Conv2dShape& s_in)
      : Conv2dNode({x_in, conv.weight(), conv.bias()}, s_in), x(x_in), w(conv.weight()) {}
  FusedConv2dBackward(const UnstoredRelu& in, const Conv2d& conv, const kernels::Conv2dShape& s_in)
      : Conv2dNode({in.y, conv.weight(), conv.bias()}, s_in),
        x(in.x),
        scale(in.scale),
        offset(in.offset),
        w(conv.weight()) {}
  const char* name() const override { return "FusedConv2dBackward"; }
  std::vector<NamedSaved> saved_tensors() const override {
    return {{"x", x}, {"scale", scale}, {"offset", offset}, {"w", w}};
  }
  void backward(const Tensor& dy) override;
};

static kernels::Conv2dShape shape_of(const Conv2d& conv, const Tensor& x) {
  return checked_conv2d_shape(x, conv.weight(), conv.bias(), conv.options());
}

static Tensor forward(const Conv2d& conv, const kernels::Conv2dInput& x, const kernels::Conv2dShape& s,
                      ImageMoments& moments) {
  Tensor y = Tensor::empty({s.N, s.OH(), s.OW(), s.O});
  moments = ImageMoments::empty(s.N, s.O);
  kernels::conv2d_forward({.y = y.data(),
                           .bias = conv.bias().defined() ? conv.bias().data() : nullptr,
                           .image_mean = moments.mean.data(),
                           .image_squares = moments.squares.data()},
                          x, conv.weight().data(), s);
  return y;
}

Tensor fused_conv2d(const Conv2d& conv, const Tensor& x, ImageMoments& moments) {
  const Scope scope(conv.name());
  const kernels::Conv2dShape s = shape_of(conv, x);
  const Tensor y = forward(conv, x.data(), s, moments);
  return record<FusedConv2dBackward>(y, x, conv, s);
}

Tensor fused_conv2d(const Conv2d& conv, const UnstoredRelu& x, ImageMoments& moments) {
  const Scope scope(conv.name());
  const kernels::Conv2dShape s = shape_of(conv, x.y);
  const Tensor y = forward(conv, {x.x.data(), x.scale.data(), x.offset.data()}, s, moments);
  return record<FusedConv2dBackward>(y, x, conv, s);
}

void FusedConv2dBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    kernels::conv2d_dx(dx, dy.data(), w.data(), s);
    end_part("dx");
  }
  if (GradSlot dw = batch_sum_slot(1)) {
    const kernels::Conv2dInput input = scale.defined()
                                           ? kernels::Conv2dInput(x.data(), scale.data(), offset.data())
                                           : kernels::Conv2dInput(x.data());
    kernels::conv2d_dw(dw, dy.data(), input, s);
    end_part("dw");
  }
  if (GradSlot db = batch_sum_slot(2)) kernels::column_sums(db, dy.data(), s.N, s.OH() * s.OW(), s.O);
}

bool reads_unstored(const Conv2d& conv, const Tensor& x) {
  return x.rank() == 4 && kernels::conv2d_takes_scale(shape_of(conv, x));
}

}  // namespace eca
