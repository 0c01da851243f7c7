#include "core/ops/matmul.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/gemm/gemm.hpp"

namespace eca {

//   y  (M,N) = a (M,K) * b (K,N)
//   da (M,K) = dy (M,N) * b^T (N,K)
//   db (K,N) = a^T (K,M) * dy (M,N)
struct MatmulBackward final : Node {
  Saved a, b;
  MatmulBackward(const Tensor& a_in, const Tensor& b_in) : Node({a_in, b_in}), a(a_in), b(b_in) {}
  const char* name() const override { return "MatmulBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"a", a}, {"b", b}}; }
  void backward(const Tensor& dy) override;
};

Tensor matmul(const Tensor& a, const Tensor& b) {
  check_rank("matmul", "a", a, "M,K");
  check_rank("matmul", "b", b, "K,N");
  const int64_t M = a.dim(0), K = a.dim(1), N = b.dim(1);
  if (b.dim(0) != K) {
    shape_error(
        "matmul", "columns of a do not match rows of b",
        {{"a", a, "M,K", "K = " + std::to_string(K)}, {"b", b, "K,N", "K = " + std::to_string(b.dim(0))}});
  }
  Tensor y = Tensor::empty({M, N});
  kernels::gemm_parallel(M, N, K, {a.data(), K}, {b.data(), N}, 0, y.data(), N);
  return record<MatmulBackward>(y, a, b);
}

void MatmulBackward::backward(const Tensor& dy) {
  const int64_t M = a.dim(0), K = a.dim(1), N = b.dim(1);
  using kernels::Op;
  if (GradSlot da = grad_slot(0)) {
    kernels::gemm_parallel(M, K, N, {dy.data(), N}, {b.data(), N, Op::transpose}, da.add, da.data, K);
  }
  if (GradSlot db = grad_slot(1)) {
    kernels::gemm_parallel(K, N, M, {a.data(), K, Op::transpose}, {dy.data(), N}, db.add, db.data, N);
  }
}

}  // namespace eca
