// Transposed convolution. With h = ih*stride - padding + kh and v = iw*stride - padding + kw,
//   y [n,h,v,o]     = b[o] + sum_{kh,kw,i} x[n,ih,iw,i] * w[kh,kw,o,i]          over all ih,iw,kh,kw that reach h,v
//   dx[n,ih,iw,i]   = sum_{kh,kw,o} dy[n,h,v,o] * w[kh,kw,o,i]                  dy outside of the image is 0
//   dw[kh,kw,o,i]   = sum_{n,ih,iw} x[n,ih,iw,i] * dy[n,h,v,o]
//   db[o]           = sum_{n,h,v} dy[n,h,v,o]
// with x (N,H,W,I), w (KH,KW,O,I), b (O), y (N,OH,OW,O).
// That is the convolution that makes x's shape from y's, the other way round, by the same kernels: y is its dx, dx its output, and in dw
// x and dy change places.
// Source: PyTorch's conv_transpose2d.  Derivation: docs/derivations/detection.md
// Saves: x and w (shared storage, no copy).
#include "layers/detection/conv_transpose2d.hpp"

#include <cmath>

#include "core/autograd/check.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

struct ConvTranspose2dBackward final : Node {
  Saved x, w;
  kernels::Conv2dShape s;  // of the convolution from y to x
  ConvTranspose2dBackward(const Tensor& x_in, const Tensor& w_in, const Tensor& b,
                          const kernels::Conv2dShape& s_in)
      : Node({x_in, w_in, b}), x(x_in), w(w_in), s(s_in) {}
  const char* name() const override { return "ConvTranspose2dBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"w", w}}; }
  void backward(const Tensor& dy) override;
};

static kernels::Conv2dShape conv_transpose2d_shape(const Tensor& x, const Tensor& w, const Tensor& b,
                                                   const ConvTranspose2dOptions& options) {
  check_rank("conv_transpose2d", "x", x, "N,H,W,C");
  check_rank("conv_transpose2d", "w", w, "KH,KW,O,I");
  const auto fail = [&](const std::string& rule, const std::string& x_note, const std::string& w_note) {
    shape_error("conv_transpose2d", rule, {{"x", x, "N,H,W,C", x_note}, {"w", w, "KH,KW,O,I", w_note}});
  };
  const auto [stride, padding, output_padding] = options;
  if (stride < 1 || padding < 0 || output_padding < 0 || output_padding >= stride) {
    fail(
        "stride must be at least 1, padding at least 0 and output padding from 0 to stride - 1; found "
        "stride " +
            std::to_string(stride) + ", padding " + std::to_string(padding) + ", output padding " +
            std::to_string(output_padding),
        "", "");
  }
  if (x.dim(0) == 0) fail("x holds no image", "N = 0", "");
  if (x.dim(3) != w.dim(3)) {
    fail("channels of x do not match channels of w", "C = " + std::to_string(x.dim(3)),
         "I = " + std::to_string(w.dim(3)));
  }
  const auto extent = [&](int axis) {
    return (x.dim(axis + 1) - 1) * options.stride - 2 * options.padding + w.dim(axis) +
           options.output_padding;
  };
  if (x.dim(1) * x.dim(2) == 0 || extent(0) < 1 || extent(1) < 1) {
    fail("the output has no pixels", "padding " + std::to_string(padding), "");
  }
  if (b.defined()) check_shape("conv_transpose2d", "b", b, {w.dim(2)}, "O");
  return {.N = x.dim(0),
          .H = extent(0),
          .W = extent(1),
          .I = w.dim(2),
          .KH = w.dim(0),
          .KW = w.dim(1),
          .O = w.dim(3),
          .stride = stride,
          .padding = padding};
}

Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b, ConvTranspose2dOptions options) {
  const kernels::Conv2dShape s = conv_transpose2d_shape(x, w, b, options);
  Tensor y = Tensor::empty({s.N, s.H, s.W, s.I});
  if (b.defined()) {
    kernels::copy_rows({y.data(), false}, s.I, b.data(), /*x_stride=*/0, /*R=*/s.N * s.H * s.W, /*C=*/s.I);
  }
  kernels::conv2d_dx({y.data(), /*add=*/b.defined()}, x.data(), w.data(), s);
  return record<ConvTranspose2dBackward>(y, x, w, b, s);
}

void ConvTranspose2dBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    kernels::conv2d_forward(kernels::added_to(dx), dy.data(), w.data(), s);
    end_part("dx");
  }
  if (GradSlot dw = batch_sum_slot(1)) {
    kernels::conv2d_dw(dw, x.data(), dy.data(), s);
    end_part("dw");
  }
  if (GradSlot db = batch_sum_slot(2)) kernels::column_sums(db, dy.data(), s.N, s.H * s.W, s.I);
}

ConvTranspose2d::ConvTranspose2d(const ConvTranspose2dConfig& config) : options_(config.options) {
  const double fan = static_cast<double>(config.kernel * config.kernel * config.in);
  weight_ = add_parameter("weight", {config.kernel, config.kernel, config.out, config.in},
                          {Init::Kind::normal, std::sqrt(2 / fan)}, FileLayout::conv, /*decay=*/true);
  bias_ = add_parameter("bias", {config.out}, {}, FileLayout::same, /*decay=*/false);
}

Tensor ConvTranspose2d::forward(const Tensor& x) { return conv_transpose2d(x, weight_, bias_, options_); }

}  // namespace eca
