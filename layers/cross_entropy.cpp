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
// N*K is small: one thread, and no second twin.
#include "layers/cross_entropy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/autograd/check.hpp"

namespace eca {

struct CrossEntropyBackward final : Node {
  Saved p;
  std::vector<int32_t> labels;
  double smoothing;
  std::vector<double> w;
  CrossEntropyBackward(const Tensor& x, const Tensor& p_in, const std::vector<int32_t>& labels_in,
                       double smoothing_in, const std::vector<double>& w_in)
      : Node({x}), p(p_in), labels(labels_in), smoothing(smoothing_in), w(w_in) {}
  const char* name() const override { return "CrossEntropyBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"p", p}}; }
  void backward(const Tensor& dy) override;
};

static void check_cross_entropy(const Tensor& logits, const std::vector<int32_t>& labels, double smoothing) {
  check_rank("cross_entropy", "logits", logits, "N,K");
  const auto N = static_cast<int64_t>(labels.size());
  if (logits.dim(0) != N || N == 0) {
    shape_error("cross_entropy", std::to_string(N) + " labels for N rows",
                {{"logits", logits, "N,K", "N = " + std::to_string(logits.dim(0))}});
  }
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

// W: what the loss is divided by.
static double total_weight(const std::vector<int32_t>& labels, const std::vector<double>& w) {
  if (w.empty()) return static_cast<double>(labels.size());
  double total = 0;
  for (const int32_t label : labels) total += w[static_cast<size_t>(label)];
  return total;
}

// Loss of one row, and its softmax.
static double cross_entropy_row(real* p, const real* x, int64_t K, int32_t label, double smoothing,
                                const double* w) {
  const double m = static_cast<double>(*std::max_element(x, x + K));
  double Z = 0;
  for (int64_t k = 0; k < K; ++k) Z += std::exp(static_cast<double>(x[k]) - m);
  double loss = 0;
  for (int64_t k = 0; k < K; ++k) {
    const double log_p = static_cast<double>(x[k]) - m - std::log(Z);
    double q = (k == label ? 1 - smoothing : 0) + smoothing / static_cast<double>(K);
    if (w != nullptr) q *= w[k];
    if (q > 0) loss -= q * log_p;
    p[k] = static_cast<real>(std::exp(log_p));
  }
  return loss;
}

Tensor cross_entropy(const Tensor& logits, const std::vector<int32_t>& labels, double smoothing,
                     const std::vector<double>& class_weights) {
  check_cross_entropy(logits, labels, smoothing);
  check_class_weights(class_weights, logits.dim(1));
  const int64_t N = logits.dim(0), K = logits.dim(1);
  Tensor p = Tensor::empty({N, K});
  double loss = 0;
  for (int64_t n = 0; n < N; ++n) {
    loss += cross_entropy_row(p.data() + n * K, logits.data() + n * K, K, labels[static_cast<size_t>(n)],
                              smoothing, class_weights.empty() ? nullptr : class_weights.data());
  }
  const double W = total_weight(labels, class_weights);
  Tensor y = Tensor::full({}, static_cast<real>(W == 0 ? 0 : loss / W));
  return record<CrossEntropyBackward>(y, logits, p, labels, smoothing, class_weights);
}

void CrossEntropyBackward::backward(const Tensor& dy) {
  GradSlot dx = grad_slot(0);
  const int64_t N = p.dim(0), K = p.dim(1);
  const double W = total_weight(labels, w);
  const double smoothed = smoothing / static_cast<double>(K) * std::accumulate(w.begin(), w.end(), 0.0);
  const real share = W == 0 ? 0 : dy.item() / static_cast<real>(W),
             uniform = static_cast<real>(smoothing / static_cast<double>(K));
  for (int64_t n = 0; n < N; ++n) {
    const int32_t label = labels[static_cast<size_t>(n)];
    const double sum_q = w.empty() ? 1 : (1 - smoothing) * w[static_cast<size_t>(label)] + smoothed;
    for (int64_t k = 0; k < K; ++k) {
      real q = (k == label ? static_cast<real>(1 - smoothing) : 0) + uniform;
      if (!w.empty()) q *= static_cast<real>(w[static_cast<size_t>(k)]);
      const real value = share * (p.data()[n * K + k] * static_cast<real>(sum_q) - q);
      dx.data[n * K + k] = dx.add ? dx.data[n * K + k] + value : value;
    }
  }
}

}  // namespace eca
