// 2-D convolution.
//   y[n,oh,ow,o] = b[o] + sum_{kh,kw,i} x[n, oh*stride - padding + kh*dilation, ow*stride - ..., i] *
//   w[kh,kw,i,o] dx: each dy[n,oh,ow,o] * w[kh,kw,i,o] goes back to the x it was multiplied with dw: each
//   dy[n,oh,ow,o] * x[...]       goes back to the w it was multiplied with db[o] = sum_{n,oh,ow}
//   dy[n,oh,ow,o]
// Derivation: docs/derivations/conv2d.md.  Saves: x and w (shared, no copy). Where the input is
// relu(scale * x + offset) that is not stored, x, scale and offset, from which dw works it out again.
#include "layers/conv2d.hpp"

#include <cmath>

#include "core/autograd/check.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

struct Conv2dBackward final : Node {
  Saved x, scale, offset, w;  // scale and offset: undefined if the input is x itself
  kernels::Conv2dShape s;
  Conv2dBackward(const Tensor& x_in, const Tensor& w_in, const Tensor& b_in, const kernels::Conv2dShape& s_in)
      : Node({x_in, w_in, b_in}), x(x_in), w(w_in), s(s_in) {}
  Conv2dBackward(const UnstoredRelu& in, const Tensor& w_in, const Tensor& b_in,
                 const kernels::Conv2dShape& s_in)
      : Node({in.y, w_in, b_in}), x(in.x), scale(in.scale), offset(in.offset), w(w_in), s(s_in) {}
  const char* name() const override { return "Conv2dBackward"; }
  void backward(const Tensor& dy) override;
};

static void check_conv2d(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dOptions& options) {
  check_rank("conv2d", "x", x, "N,H,W,C");
  check_rank("conv2d", "w", w, "KH,KW,I,O");
  const auto fail = [&](const std::string& rule, const std::string& x_note, const std::string& w_note) {
    shape_error("conv2d", rule, {{"x", x, "N,H,W,C", x_note}, {"w", w, "KH,KW,I,O", w_note}});
  };
  if (options.stride < 1 || options.dilation < 1 || options.groups < 1 || options.padding < 0) {
    fail("stride, dilation and groups must be at least 1 and padding at least 0; found stride " +
             std::to_string(options.stride) + ", dilation " + std::to_string(options.dilation) + ", groups " +
             std::to_string(options.groups) + ", padding " + std::to_string(options.padding),
         "", "");
  }
  if (x.dim(0) == 0) fail("x holds no image", "N = 0", "");
  const int64_t C = x.dim(3), I = w.dim(2), O = w.dim(3), groups = options.groups;
  if (C != I * groups) {
    fail(groups == 1 ? "channels of x do not match channels of w"
                     : "channels of x are not " + std::to_string(groups) + " groups of w's channels",
         "C = " + std::to_string(C), "I = " + std::to_string(I));
  }
  if (O % groups != 0)
    fail("groups = " + std::to_string(groups) + " does not divide O", "", "O = " + std::to_string(O));
  for (const int axis : {0, 1}) {
    const int64_t padded = x.dim(axis + 1) + 2 * options.padding,
                  reach = options.dilation * (w.dim(axis) - 1) + 1;
    if (reach > padded) {
      fail("the kernel is larger than the padded image", "padded extent " + std::to_string(padded),
           "kernel reaches " + std::to_string(reach));
    }
  }
  if (b.defined()) check_shape("conv2d", "b", b, {O}, "O");
}

static kernels::Conv2dShape shape_of(const Tensor& x, const Tensor& w, const Conv2dOptions& options) {
  return {.N = x.dim(0),
          .H = x.dim(1),
          .W = x.dim(2),
          .I = x.dim(3),
          .KH = w.dim(0),
          .KW = w.dim(1),
          .O = w.dim(3),
          .stride = options.stride,
          .padding = options.padding,
          .dilation = options.dilation,
          .groups = options.groups};
}

static kernels::Conv2dInput input_of(const Tensor& x) { return x.data(); }
static kernels::Conv2dInput input_of(const UnstoredRelu& x) {
  return {x.x.data(), x.scale.data(), x.offset.data()};
}

// x of a given shape, stored or not.
template <class Input>
static Tensor run(const Input& x, const Tensor& shape, const Tensor& w, const Tensor& b,
                  const Conv2dOptions& options, ImageMoments* moments) {
  check_conv2d(shape, w, b, options);
  const kernels::Conv2dShape s = shape_of(shape, w, options);
  Tensor y = Tensor::empty({s.N, s.OH(), s.OW(), s.O});
  kernels::Conv2dOutput output = {.y = y.data(), .bias = b.defined() ? b.data() : nullptr};
  if (moments != nullptr) {
    *moments = ImageMoments::empty(s.N, s.O);
    output.image_mean = moments->mean.data();
    output.image_squares = moments->squares.data();
  }
  kernels::conv2d_forward(output, input_of(x), w.data(), s);
  return record<Conv2dBackward>(y, x, w, b, s);
}

Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, Conv2dOptions options) {
  return run(x, x, w, b, options, nullptr);
}

Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, Conv2dOptions options,
              ImageMoments& moments) {
  return run(x, x, w, b, options, &moments);
}

Tensor conv2d(const UnstoredRelu& x, const Tensor& w, const Tensor& b, Conv2dOptions options,
              ImageMoments* moments) {
  return run(x, x.y, w, b, options, moments);
}

void Conv2dBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    kernels::conv2d_dx(dx, dy.data(), w.data(), s);
    end_part("dx");
  }
  if (GradSlot dw = grad_slot(1)) {
    const kernels::Conv2dInput input = {x.data(), scale.defined() ? scale.data() : nullptr,
                                        offset.defined() ? offset.data() : nullptr};
    kernels::conv2d_dw(dw, dy.data(), input, s);
    end_part("dw");
  }
  if (GradSlot db = grad_slot(2)) kernels::column_sums(db, dy.data(), s.N * s.OH() * s.OW(), s.O);
}

const kernels::Conv2dShape* conv2d_shape(const Node& node) {
  const auto* convolution = dynamic_cast<const Conv2dBackward*>(&node);
  return convolution == nullptr ? nullptr : &convolution->s;
}

Conv2d::Conv2d(const Conv2dConfig& config) : options_(config.options) {
  const double fan_out = static_cast<double>(config.kernel * config.kernel * config.out);
  weight_ =
      add_parameter("weight", {config.kernel, config.kernel, config.in / config.options.groups, config.out},
                    {Init::Kind::normal, std::sqrt(2 / fan_out)}, FileLayout::conv, /*decay=*/true);
  if (config.bias) bias_ = add_parameter("bias", {config.out}, {}, FileLayout::same, /*decay=*/false);
}

Tensor Conv2d::forward(const Tensor& x) { return conv2d(x, weight_, bias_, options_); }

Tensor Conv2d::with_moments(const Tensor& x, ImageMoments& moments) {
  const Scope scope(name());
  return conv2d(x, weight_, bias_, options_, moments);
}

Tensor Conv2d::with_moments(const UnstoredRelu& x, ImageMoments& moments) {
  const Scope scope(name());
  return conv2d(x, weight_, bias_, options_, &moments);
}

bool Conv2d::takes_unstored(const Tensor& x) const {
  return x.rank() == 4 && kernels::conv2d_takes_scale(shape_of(x, weight_, options_));
}

Tensor Conv2d::inference(const Tensor& x, const ConvInference& folded) const {
  if (Tape::current() != nullptr)
    throw Error("conv2d: what is folded into a convolution has no backward; a tape records");
  const Tensor w = scaled_weight(folded.scale);
  check_conv2d(x, w, folded.offset, options_);
  const kernels::Conv2dShape s = shape_of(x, w, options_);
  const Shape y_shape = {s.N, s.OH(), s.OW(), s.O};
  if (folded.plus.defined()) check_shape("conv2d", "plus", folded.plus, y_shape, "N,OH,OW,O");
  Tensor y = Tensor::empty(y_shape);
  kernels::conv2d_forward({.y = y.data(),
                           .bias = folded.offset.data(),
                           .plus = folded.plus.defined() ? folded.plus.data() : nullptr,
                           .relu = folded.relu},
                          x.data(), w.data(), s);
  return record<Conv2dBackward>(y, x, w, Tensor(),
                                s);  // no tape: it only tells a profile, and checks for NaN
}

// w[kh,kw,i,o] * scale[o]
Tensor Conv2d::scaled_weight(const Tensor& scale) const {
  const int64_t O = weight_.dim(3);
  check_shape("conv2d", "scale", scale, {O}, "O");
  Tensor w = Tensor::empty(weight_.shape());
  for (int64_t j = 0; j < w.numel(); ++j) w.data()[j] = weight_.data()[j] * scale.data()[j % O];
  return w;
}

}  // namespace eca
