#include "core/kernels/gemm/gemm.hpp"

#include "tests/core/kernels/pairs.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Matrix;
using kernels::Op;

namespace {

struct Extents {
  int64_t M, N, K;
};

// C (M,N) in rows of N + 2, so that a kernel that ignores c_stride shows.
struct GemmProblem {
  Extents e;
  Tensor a, b;
  Matrix a_matrix, b_matrix;
  GemmProblem(const Extents& e_in, Op a_op, Op b_op) : e(e_in) {
    const int64_t a_rows = a_op == Op::none ? e.M : e.K, a_columns = a_op == Op::none ? e.K : e.M;
    const int64_t b_rows = b_op == Op::none ? e.K : e.N, b_columns = b_op == Op::none ? e.N : e.K;
    a = random_tensor({a_rows, a_columns + 1}, 1);
    b = random_tensor({b_rows, b_columns + 3}, 2);
    a_matrix = {a.data(), a_columns + 1, a_op};
    b_matrix = {b.data(), b_columns + 3, b_op};
  }
};

using Gemm = void (*)(int64_t, int64_t, int64_t, Matrix, Matrix, real, real*, int64_t);

Tensor result(Gemm gemm, const GemmProblem& p, real beta, real initial) {
  Tensor c = Tensor::full({p.e.M, p.e.N + 2}, 7);
  for (int64_t i = 0; i < p.e.M; ++i) std::fill_n(c.data() + i * (p.e.N + 2), p.e.N, initial);
  gemm(p.e.M, p.e.N, p.e.K, p.a_matrix, p.b_matrix, beta, c.data(), p.e.N + 2);
  return c;
}

// The product as sums of a[i,k] * b[k,j] in double.
Tensor expected_product(const GemmProblem& p, real initial) {
  Tensor c = Tensor::full({p.e.M, p.e.N + 2}, 7);
  const auto element = [](Matrix m, int64_t row, int64_t column) {
    const int64_t i = m.op == Op::none ? row * m.stride + column : column * m.stride + row;
    return static_cast<double>(m.data[i]);
  };
  for (int64_t i = 0; i < p.e.M; ++i) {
    for (int64_t j = 0; j < p.e.N; ++j) {
      double sum = static_cast<double>(initial);
      for (int64_t k = 0; k < p.e.K; ++k) sum += element(p.a_matrix, i, k) * element(p.b_matrix, k, j);
      c.data()[i * (p.e.N + 2) + j] = static_cast<real>(sum);
    }
  }
  return c;
}

}  // namespace

TEST_CASE("gemm pair: every transposition, assigning and adding", "[pair][gemm]") {
  const SettingsRestored restored;
  const real nan = std::numeric_limits<real>::quiet_NaN();
  for (const Extents& e :
       {Extents{1, 1, 1}, {3, 5, 7}, {17, 16, 1}, {1, 33, 64}, {130, 9, 27}, {65, 31, 200}}) {
    CAPTURE(e.M, e.N, e.K);
    for (const Op a_op : {Op::none, Op::transpose}) {
      for (const Op b_op : {Op::none, Op::transpose}) {
        CAPTURE(a_op == Op::transpose, b_op == Op::transpose);
        const GemmProblem p(e, a_op, b_op);
        const Tensor product = expected_product(p, 0), added = expected_product(p, real{0.5});
        for (const Gemm gemm : {kernels::gemm_ref, kernels::gemm_fast}) {
          CHECK(difference(result(gemm, p, 0, nan), product, 0, sum_tolerance(e.K)) == "");
          CHECK(difference(result(gemm, p, 1, real{0.5}), added, 0, sum_tolerance(e.K + 1)) == "");
        }
        for (const KernelMode mode : kernel_modes()) {
          set_kernel_mode(mode);
          CAPTURE(to_string(mode));
          CHECK(difference(result(kernels::gemm, p, 0, nan), product, 0, sum_tolerance(e.K)) == "");
          CHECK(difference(result(kernels::gemm_parallel, p, 0, nan), product, 0, sum_tolerance(e.K)) == "");
          CHECK(difference(result(kernels::gemm_parallel, p, 1, real{0.5}), added, 0,
                           sum_tolerance(e.K + 1)) == "");
        }
        ++counters.kernel_pairs;
      }
    }
  }
}
