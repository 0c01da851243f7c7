// Softmax cross-entropy with label smoothing s.
//   m[n]     = max_k x[n,k]                                      so that exp cannot overflow
//   Z[n]     = sum_k exp(x[n,k] - m[n])
//   log p    = x[n,k] - m[n] - log Z[n]
//   q[n,k]   = (1-s) [k == label n] + s/K                        the target
//   loss     = -1/N sum_n sum_k q[n,k] log p[n,k]                x, p, q (N,K)   m, Z (N)   loss ()
//   dx[n,k]  = dloss/N * (p[n,k] - q[n,k])
// Source of smoothing: Szegedy et al., arXiv 1512.00567v3, section 7.  Derivation: docs/derivations/cross_entropy.md
// Saves: p (N*K values).
// N*K is small: one thread, and no second twin.
#include "layers/cross_entropy.hpp"

#include <algorithm>
#include <cmath>

#include "core/autograd/check.hpp"

namespace eca {

struct CrossEntropyBackward final : Node {
  Saved p;
  std::vector<int32_t> labels;
  double smoothing;
  CrossEntropyBackward(const Tensor& x, const Tensor& p_in, const std::vector<int32_t>& labels_in,
                       double smoothing_in)
      : Node({x}), p(p_in), labels(labels_in), smoothing(smoothing_in) {}
  const char* name() const override { return "CrossEntropyBackward"; }
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

// Loss of one row, and its softmax.
static double cross_entropy_row(real* p, const real* x, int64_t K, int32_t label, double smoothing) {
  const double m = static_cast<double>(*std::max_element(x, x + K));
  double Z = 0;
  for (int64_t k = 0; k < K; ++k) Z += std::exp(static_cast<double>(x[k]) - m);
  double loss = 0;
  for (int64_t k = 0; k < K; ++k) {
    const double log_p = static_cast<double>(x[k]) - m - std::log(Z);
    const double q = (k == label ? 1 - smoothing : 0) + smoothing / static_cast<double>(K);
    if (q > 0) loss -= q * log_p;
    p[k] = static_cast<real>(std::exp(log_p));
  }
  return loss;
}

Tensor cross_entropy(const Tensor& logits, const std::vector<int32_t>& labels, double smoothing) {
  check_cross_entropy(logits, labels, smoothing);
  const int64_t N = logits.dim(0), K = logits.dim(1);
  Tensor p = Tensor::empty({N, K});
  double loss = 0;
  for (int64_t n = 0; n < N; ++n) {
    loss += cross_entropy_row(p.data() + n * K, logits.data() + n * K, K, labels[static_cast<size_t>(n)],
                              smoothing);
  }
  Tensor y = Tensor::full({}, static_cast<real>(loss / static_cast<double>(N)));
  return record<CrossEntropyBackward>(y, logits, p, labels, smoothing);
}

void CrossEntropyBackward::backward(const Tensor& dy) {
  GradSlot dx = grad_slot(0);
  const int64_t N = p.dim(0), K = p.dim(1);
  const real share = dy.item() / static_cast<real>(N),
             uniform = static_cast<real>(smoothing / static_cast<double>(K));
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t k = 0; k < K; ++k) {
      const real q = (k == labels[static_cast<size_t>(n)] ? static_cast<real>(1 - smoothing) : 0) + uniform;
      const real value = share * (p.data()[n * K + k] - q);
      dx.data[n * K + k] = dx.add ? dx.data[n * K + k] + value : value;
    }
  }
}

}  // namespace eca
