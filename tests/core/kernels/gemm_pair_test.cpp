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
  Op a_op, b_op;
  Tensor a, b;
  GemmProblem(const Extents& e_in, Op a_op_in, Op b_op_in) : e(e_in), a_op(a_op_in), b_op(b_op_in) {
    a = a_op == Op::none ? random_tensor({e.M, e.K + 1}, 1) : random_tensor({e.K, e.M + 1}, 1);
    b = b_op == Op::none ? random_tensor({e.K, e.N + 3}, 2) : random_tensor({e.N, e.K + 3}, 2);
  }
  Matrix a_matrix(Here& here) const { return {here(a), a.dim(1), a_op}; }
  Matrix b_matrix(Here& here) const { return {here(b), b.dim(1), b_op}; }
};

// A matrix C whose elements all have one value.
Tensor constant(const Extents& e, real value) {
  std::vector<real> values(static_cast<size_t>(e.M * (e.N + 2)), 7);
  for (int64_t i = 0; i < e.M; ++i) std::fill_n(values.begin() + i * (e.N + 2), e.N, value);
  return Tensor::from({e.M, e.N + 2}, values);
}

using Gemm = void (*)(int64_t, int64_t, int64_t, Matrix, Matrix, real, real*, int64_t);

Tensor product_by(Gemm gemm, KernelMode mode, const GemmProblem& p, real beta, real initial) {
  const auto call = [&](Here& here, real* c) {
    gemm(p.e.M, p.e.N, p.e.K, p.a_matrix(here), p.b_matrix(here), beta, c, p.e.N + 2);
  };
  return written<real*>({to_string(mode), mode, call}, constant(p.e, initial));
}

// The product as sums of a[i,k] * b[k,j] in double.
Tensor expected_product(const GemmProblem& p, real initial) {
  Here here;
  const Matrix a = p.a_matrix(here), b = p.b_matrix(here);
  Tensor c = constant(p.e, initial);
  const auto element = [](Matrix m, int64_t row, int64_t column) {
    const int64_t i = m.op == Op::none ? row * m.stride + column : column * m.stride + row;
    return static_cast<double>(m.data[i]);
  };
  for (int64_t i = 0; i < p.e.M; ++i) {
    for (int64_t j = 0; j < p.e.N; ++j) {
      double sum = static_cast<double>(initial);
      for (int64_t k = 0; k < p.e.K; ++k) sum += element(a, i, k) * element(b, k, j);
      c.data()[i * (p.e.N + 2) + j] = static_cast<real>(sum);
    }
  }
  return c;
}

}  // namespace

TEST_CASE("gemm pair: every transposition, assigning and adding", "[pair][gemm]") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  for (const Extents& e :
       {Extents{1, 1, 1}, {3, 5, 7}, {17, 16, 1}, {1, 33, 64}, {130, 9, 27}, {65, 31, 200}}) {
    CAPTURE(e.M, e.N, e.K);
    for (const Op a_op : {Op::none, Op::transpose}) {
      for (const Op b_op : {Op::none, Op::transpose}) {
        CAPTURE(a_op == Op::transpose, b_op == Op::transpose);
        const GemmProblem p(e, a_op, b_op);
        const Tensor product = expected_product(p, 0), added = expected_product(p, real{0.5});
        for (const KernelMode mode : twin_modes()) {
          for (const Gemm gemm : {kernels::gemm, kernels::gemm_parallel}) {
            CAPTURE(to_string(mode), gemm == kernels::gemm_parallel);
            CHECK(difference(product_by(gemm, mode, p, 0, nan), product, 0, sum_tolerance(e.K)) == "");
            CHECK(difference(product_by(gemm, mode, p, 1, real{0.5}), added, 0, sum_tolerance(e.K + 1)) ==
                  "");
          }
          if (mode != KernelMode::ref) ++counters.kernel_pairs;
        }
      }
    }
  }
}
