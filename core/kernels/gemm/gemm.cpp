#include "core/kernels/gemm/gemm.hpp"

#include <cblas.h>

#include <algorithm>

#include "core/kernels/common/twins.hpp"
#include "core/parallel/task_shares.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

static real element(Matrix m, int64_t row, int64_t column) {
  return m.op == Op::none ? m.data[row * m.stride + column] : m.data[column * m.stride + row];
}

void gemm_ref(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride) {
  for (int64_t i = 0; i < M; ++i) {
    for (int64_t j = 0; j < N; ++j) {
      real sum = 0;
      for (int64_t k = 0; k < K; ++k) sum += element(a, i, k) * element(b, k, j);
      real& out = c[i * c_stride + j];
      out = beta == 0 ? sum : sum + beta * out;
    }
  }
}

void gemm_fast(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride) {
  const auto op = [](Matrix m) { return m.op == Op::none ? CblasNoTrans : CblasTrans; };
  const auto blas = [](int64_t n) { return static_cast<blasint>(n); };
  if (M == 0 || N == 0) return;
#ifdef ECA_REAL_DOUBLE
  cblas_dgemm(CblasRowMajor, op(a), op(b), blas(M), blas(N), blas(K), 1, a.data, blas(a.stride), b.data,
              blas(b.stride), beta, c, blas(c_stride));
#else
  cblas_sgemm(CblasRowMajor, op(a), op(b), blas(M), blas(N), blas(K), 1, a.data, blas(a.stride), b.data,
              blas(b.stride), beta, c, blas(c_stride));
#endif
}

void gemm(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride) {
  ECA_TWIN(gemm_ref, gemm_fast, gemm_cuda)(M, N, K, a, b, beta, c, c_stride);
}

static void gemm_one_block(int64_t block, int64_t rows, int64_t M, int64_t N, int64_t K, Matrix a, Matrix b,
                           real beta, real* c, int64_t c_stride) {
  const int64_t first = block * rows;
  a.data += a.op == Op::none ? first * a.stride : first;
  gemm(std::min(rows, M - first), N, K, a, b, beta, c + first * c_stride, c_stride);
}

static void gemm_in_blocks(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c,
                           int64_t c_stride) {
  constexpr int64_t kRows = 64;
  const int64_t blocks = chunk_count(M, kRows);
  TaskShares shares(blocks);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t block; shares.take(block);) {
    gemm_one_block(block, kRows, M, N, K, a, b, beta, c, c_stride);
  }
}

void gemm_parallel(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c,
                   int64_t c_stride) {
  ECA_TWIN(gemm_in_blocks, gemm_in_blocks, gemm_cuda)(M, N, K, a, b, beta, c, c_stride);
}

}  // namespace eca::kernels
