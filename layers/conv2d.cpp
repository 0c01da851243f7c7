// 2-D convolution. With ih = oh*stride - padding + kh*dilation and iw = ow*stride - padding + kw*dilation,
//   y [n,oh,ow,o]  = b[o] + sum_{kh,kw,i} x[n,ih,iw,i] * w[kh,kw,i,o]           x outside of the image is 0
//   dx[n,ih,iw,i]  = sum_{kh,kw,o} dy[n,oh,ow,o] * w[kh,kw,i,o]                 over all oh,ow that read ih,iw
//   dw[kh,kw,i,o]  = sum_{n,oh,ow} dy[n,oh,ow,o] * x[n,ih,iw,i]
//   db[o]          = sum_{n,oh,ow} dy[n,oh,ow,o]
// with x (N,H,W,I), w (KH,KW,I,O), b (O), y (N,OH,OW,O); with groups, each group of output channels reads its own group
// of input channels.
// Derivation: docs/book/04_convolution.md
// Saves: x and w (shared storage, no copy).
#include "layers/conv2d.hpp"

#include <cmath>

#include "core/autograd/check.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

struct Conv2dBackward final : Conv2dNode {
  Saved x, w;
  Conv2dBackward(const Tensor& x_in, const Tensor& w_in, const Tensor& b, const kernels::Conv2dShape& s_in)
      : Conv2dNode({x_in, w_in, b}, s_in), x(x_in), w(w_in) {}
  const char* name() const override { return "Conv2dBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"w", w}}; }
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

kernels::Conv2dShape checked_conv2d_shape(const Tensor& x, const Tensor& w, const Tensor& b,
                                          const Conv2dOptions& options) {
  check_conv2d(x, w, b, options);
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

Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, Conv2dOptions options) {
  const kernels::Conv2dShape s = checked_conv2d_shape(x, w, b, options);
  Tensor y = Tensor::empty({s.N, s.OH(), s.OW(), s.O});
  kernels::conv2d_forward({.y = y.data(), .bias = b.defined() ? b.data() : nullptr}, x.data(), w.data(), s);
  return record<Conv2dBackward>(y, x, w, b, s);
}

void Conv2dBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    kernels::conv2d_dx(dx, dy.data(), w.data(), s);
    end_part("dx");
  }
  if (GradSlot dw = batch_sum_slot(1)) {
    kernels::conv2d_dw(dw, dy.data(), x.data(), s);
    end_part("dw");
  }
  if (GradSlot db = batch_sum_slot(2)) kernels::column_sums(db, dy.data(), s.N, s.OH() * s.OW(), s.O);
}

Conv2d::Conv2d(const Conv2dConfig& config) : options_(config.options) {
  const double fan_out = static_cast<double>(config.kernel * config.kernel * config.out);
  weight_ =
      add_parameter("weight", {config.kernel, config.kernel, config.in / config.options.groups, config.out},
                    {Init::Kind::normal, std::sqrt(2 / fan_out)}, FileLayout::conv, /*decay=*/true);
  if (config.bias) bias_ = add_parameter("bias", {config.out}, {}, FileLayout::same, /*decay=*/false);
}

Tensor Conv2d::forward(const Tensor& x) { return conv2d(x, weight_, bias_, options_); }

}  // namespace eca
