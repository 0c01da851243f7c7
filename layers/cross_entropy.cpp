// Softmax cross-entropy with label smoothing s and, where they are given, class weights w.
//   m[n]     = max_k x[n,k]                                      so that exp cannot overflow
//   Z[n]     = sum_k exp(x[n,k] - m[n])
//   log p    = x[n,k] - m[n] - log Z[n]
//   q[n,k]   = w[k] ((1-s) [k == label n] + s/K)                 the target; w = 1 without weights
//   W        = sum_n w[label n]                                  N without weights
//   loss     = -1/W sum_n sum_k q[n,k] log p[n,k]                x, p, q (N,K)   m, Z (N)   w (K)   loss ()
//   dx[n,k]  = dloss/W * (p[n,k] sum_j q[n,j] - q[n,k])          the sum is 1 without weights
// Source of smoothing: Szegedy et al., arXiv 1512.00567v3, section 7; of weights and their mean:
//         https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
// Derivation: docs/derivations/cross_entropy.md
// Saves: p (N*K values).
// Deviates: where W is 0 the loss is 0; PyTorch's is NaN.
#include "layers/cross_entropy.hpp"

#include <cmath>

#include "core/autograd/check.hpp"
#include "core/kernels/loss/cross_entropy.hpp"

namespace eca {

struct CrossEntropyBackward final : Node {
  Saved p;
  std::vector<int32_t> own_labels;  // where nobody else keeps them
  std::span<const int32_t> labels;
  double smoothing;
  std::vector<double> w;
  CrossEntropyBackward(const Tensor& x, const Tensor& p_in, std::vector<int32_t> own_labels_in,
                       std::span<const int32_t> labels_in, double smoothing_in,
                       const std::vector<double>& w_in)
      : Node({x}),
        p(p_in),
        own_labels(std::move(own_labels_in)),
        labels(own_labels.empty() ? labels_in : own_labels),
        smoothing(smoothing_in),
        w(w_in) {}
  const char* name() const override { return "CrossEntropyBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"p", p}}; }
  void backward(const Tensor& dy) override;
};

static void check_label_for_each_row(const char* op, const Tensor& logits, std::span<const int32_t> labels) {
  check_rank(op, "logits", logits, "N,K");
  const auto N = std::ssize(labels);
  if (logits.dim(0) == N && N > 0) return;
  shape_error(op, std::to_string(N) + " labels for N rows",
              {{"logits", logits, "N,K", "N = " + std::to_string(logits.dim(0))}});
}

static void check_cross_entropy(const Tensor& logits, std::span<const int32_t> labels, double smoothing) {
  check_label_for_each_row("cross_entropy", logits, labels);
  const auto N = std::ssize(labels);
  for (int64_t n = 0; n < N; ++n) {
    if (labels[static_cast<size_t>(n)] >= 0 && labels[static_cast<size_t>(n)] < logits.dim(1)) continue;
    throw Error("cross_entropy: label " + std::to_string(labels[static_cast<size_t>(n)]) + " of row " +
                std::to_string(n) + ", expected 0 to " + std::to_string(logits.dim(1) - 1));
  }
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw Error("cross_entropy: label smoothing " + std::to_string(smoothing) + ", expected 0 <= s < 1");
  }
}

static void check_class_weights(const std::vector<double>& w, int64_t K) {
  if (w.empty()) return;
  if (std::ssize(w) != K) {
    throw Error("cross_entropy: " + std::to_string(w.size()) + " class weights, expected " +
                std::to_string(K));
  }
  for (const double weight : w) {
    if (std::isfinite(weight) && weight >= 0) continue;
    throw Error("cross_entropy: class weight " + std::to_string(weight) +
                ", expected a finite number from 0");
  }
}

static kernels::CrossEntropyTarget target_of(std::span<const int32_t> labels, double smoothing,
                                             const std::vector<double>& w) {
  return {labels.data(), w.empty() ? nullptr : w.data(), smoothing};
}

static Tensor cross_entropy(const Tensor& logits, const std::vector<int32_t>& own_labels,
                            std::span<const int32_t> labels, double smoothing, const std::vector<double>& w) {
  check_cross_entropy(logits, labels, smoothing);
  check_class_weights(w, logits.dim(1));
  const int64_t N = logits.dim(0), K = logits.dim(1);
  Tensor p = Tensor::empty({N, K}), loss = Tensor::empty({});
  kernels::cross_entropy_forward(loss.data(), p.data(), logits.data(), target_of(labels, smoothing, w), N, K);
  return record<CrossEntropyBackward>(loss, logits, p, own_labels, labels, smoothing, w);
}

Tensor cross_entropy(const Tensor& logits, const std::vector<int32_t>& labels, double smoothing,
                     const std::vector<double>& class_weights) {
  return cross_entropy(logits, labels, labels, smoothing, class_weights);
}

Tensor cross_entropy_of(const Tensor& logits, std::span<const int32_t> labels, double smoothing,
                        const std::vector<double>& class_weights) {
  return cross_entropy(logits, {}, labels, smoothing, class_weights);
}

void CrossEntropyBackward::backward(const Tensor& dy) {
  kernels::cross_entropy_dx(grad_slot(0), dy.data(), p.data(), target_of(labels, smoothing, w), p.dim(0),
                            p.dim(1));
}

Tensor count_correct(const Tensor& logits, std::span<const int32_t> labels) {
  check_label_for_each_row("count_correct", logits, labels);
  Tensor count = Tensor::empty({});
  kernels::count_correct(count.data(), logits.data(), labels.data(), logits.dim(0), logits.dim(1));
  return count;
}

}  // namespace eca
