//   loss  = 1/divisor sum_i w[i] f(x[i], t[i])           x, t, w of one shape   loss ()
//   dx[i] = dloss/divisor w[i] f'(x[i], t[i])
//
//   sigmoid cross-entropy   f  = -t log p - (1-t) log(1-p)                     p = 1 / (1 + exp(-x))
//                           f' = p - t
//   focal loss              f  = alpha_t q^gamma c                             c: the f above   q = p (1-t) + (1-p) t
//                           f' = alpha_t (q^gamma (p - t) + gamma q^(gamma-1) p (1-p) (1-2t) c)
//                           alpha_t = alpha t + (1-alpha) (1-t)                1 where alpha < 0
//   smooth L1               f  = d^2 / (2 beta) where |d| < beta, else |d| - beta/2        d = x - t
//                           f' = d / beta       where |d| < beta, else the sign of d, which is 0 for d = 0
// log p = -log(1 + exp(-x)) and log(1-p) = -log(1 + exp(x)), so that nothing overflows or is lost far from 0.
// Source: focal loss, arXiv 1708.02002v2, eq. 5; smooth L1, Fast R-CNN, arXiv 1504.08083v2, eq. 3, with beta as in PyTorch.
// Derivation: docs/derivations/detection.md
// Saves: x, t and w.
#include "layers/detection/element_losses.hpp"

#include <cmath>

#include "core/autograd/check.hpp"
#include "core/kernels/loss/element_losses.hpp"

namespace eca {

// The node of any of these losses, whose f it holds.
template <class Term>
struct ElementLossNode : Node {
  Saved x, t, w;
  real divisor;
  Term f;
  ElementLossNode(const Tensor& x_in, const Tensor& t_in, const Tensor& w_in, double divisor_in,
                  const Term& f_in)
      : Node({x_in}), x(x_in), t(t_in), w(w_in), divisor(static_cast<real>(divisor_in)), f(f_in) {}
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"t", t}, {"w", w}}; }
  void backward(const Tensor& dy) override {
    if (GradSlot dx = grad_slot(0)) {
      kernels::element_loss_dx(dx, dy.data(), f, x.data(), t.data(), w.defined() ? w.data() : nullptr,
                               divisor, x.numel());
    }
  }
};

static void check_element_loss(const char* op, const Tensor& x, const Tensor& t, const Tensor& w,
                               double divisor) {
  check_defined(op, "x", x);
  if (x.rank() == 0) shape_error(op, "x has no axis of images", {{"x", x, ""}});
  check_defined(op, "t", t);
  if (t.shape() != x.shape()) shape_error(op, "x and t differ in shape", {{"x", x, ""}, {"t", t, ""}});
  if (w.defined() && w.shape() != x.shape()) {
    shape_error(op, "x and w differ in shape", {{"x", x, ""}, {"w", w, ""}});
  }
  if (std::isfinite(divisor) && divisor > 0) return;
  throw Error(std::string(op) + ": divisor " + std::to_string(divisor) + ", expected a number above 0");
}

static void check_from_zero(const char* op, const char* name, double value) {
  if (std::isfinite(value) && value >= 0) return;
  throw Error(std::string(op) + ": " + name + " " + std::to_string(value) + ", expected a number from 0");
}

template <class Term>
static Tensor sum_of_losses(const Term& f, const Tensor& x, const Tensor& t, const Tensor& w,
                            double divisor) {
  Tensor loss = Tensor::empty({});
  const int64_t N = x.dim(0), M = N == 0 ? 0 : x.numel() / N;
  kernels::element_loss_forward(loss.data(), f, x.data(), t.data(), w.defined() ? w.data() : nullptr,
                                static_cast<real>(divisor), N, M);
  return loss;
}

struct SigmoidCrossEntropyBackward final : ElementLossNode<kernels::SigmoidCrossEntropyTerm> {
  using ElementLossNode::ElementLossNode;
  const char* name() const override { return "SigmoidCrossEntropyBackward"; }
};

Tensor sigmoid_cross_entropy(const Tensor& x, const Tensor& t, const Tensor& w, double divisor) {
  check_element_loss("sigmoid_cross_entropy", x, t, w, divisor);
  const kernels::SigmoidCrossEntropyTerm f;
  return record<SigmoidCrossEntropyBackward>(sum_of_losses(f, x, t, w, divisor), x, t, w, divisor, f);
}

struct FocalLossBackward final : ElementLossNode<kernels::FocalTerm> {
  using ElementLossNode::ElementLossNode;
  const char* name() const override { return "FocalLossBackward"; }
};

Tensor focal_loss(const Tensor& x, const Tensor& t, const Tensor& w, double divisor,
                  const FocalOptions& options) {
  check_element_loss("focal_loss", x, t, w, divisor);
  check_from_zero("focal_loss", "gamma", options.gamma);
  const kernels::FocalTerm f = {static_cast<real>(options.alpha), static_cast<real>(options.gamma)};
  return record<FocalLossBackward>(sum_of_losses(f, x, t, w, divisor), x, t, w, divisor, f);
}

struct SmoothL1LossBackward final : ElementLossNode<kernels::SmoothL1Term> {
  using ElementLossNode::ElementLossNode;
  const char* name() const override { return "SmoothL1LossBackward"; }
};

Tensor smooth_l1_loss(const Tensor& x, const Tensor& t, const Tensor& w, double divisor, double beta) {
  check_element_loss("smooth_l1_loss", x, t, w, divisor);
  check_from_zero("smooth_l1_loss", "beta", beta);
  const kernels::SmoothL1Term f = {static_cast<real>(beta)};
  return record<SmoothL1LossBackward>(sum_of_losses(f, x, t, w, divisor), x, t, w, divisor, f);
}

// Of the label's channel of each region; the mean is over R*P, P = H*W.
struct MaskCrossEntropyBackward final : Node {
  Saved x, t;
  std::vector<int32_t> labels;
  MaskCrossEntropyBackward(const Tensor& x_in, const Tensor& t_in, const std::vector<int32_t>& labels_in)
      : Node({x_in}), x(x_in), t(t_in), labels(labels_in) {}
  const char* name() const override { return "MaskCrossEntropyBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"x", x}, {"t", t}}; }
  void backward(const Tensor& dy) override;
};

static void check_mask_cross_entropy(const Tensor& x, const Tensor& t, const std::vector<int32_t>& labels) {
  check_rank("mask_cross_entropy", "x", x, "R,H,W,K");
  check_shape("mask_cross_entropy", "t", t, {x.dim(0), x.dim(1), x.dim(2)}, "R,H,W");
  if (x.numel() == 0) shape_error("mask_cross_entropy", "x has no values", {{"x", x, "R,H,W,K"}});
  if (std::ssize(labels) != x.dim(0)) {
    shape_error("mask_cross_entropy", std::to_string(labels.size()) + " labels for R regions",
                {{"x", x, "R,H,W,K", "R = " + std::to_string(x.dim(0))}});
  }
  for (size_t r = 0; r < labels.size(); ++r) {
    if (labels[r] >= 0 && labels[r] < x.dim(3)) continue;
    throw Error("mask_cross_entropy: label " + std::to_string(labels[r]) + " of region " + std::to_string(r) +
                ", expected 0 to " + std::to_string(x.dim(3) - 1));
  }
}

// Of the whole batch.
static real masked_values(const Tensor& t) {
  return static_cast<real>(whole_batch(t.dim(0)) * t.dim(1) * t.dim(2));
}

Tensor mask_cross_entropy(const Tensor& x, const Tensor& t, const std::vector<int32_t>& labels) {
  check_mask_cross_entropy(x, t, labels);
  Tensor loss = Tensor::empty({});
  kernels::mask_cross_entropy_forward(loss.data(), x.data(), t.data(), labels.data(), masked_values(t),
                                      x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  return record<MaskCrossEntropyBackward>(loss, x, t, labels);
}

void MaskCrossEntropyBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    kernels::mask_cross_entropy_dx(dx, dy.data(), x.data(), t.data(), labels.data(), masked_values(t.get()),
                                   x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  }
}

}  // namespace eca
