// General matrix product, row-major: the one door to BLAS.
//   C (M,N) = op(A) (M,K) * op(B) (K,N) + beta * C        op(X) is X or its transpose
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca::kernels {

enum class Op { none, transpose };

// One row-major matrix as stored; `stride` is the distance between its rows, in elements.
struct Matrix {
  const real* data;
  int64_t stride;
  Op op = Op::none;
};

// Runs on the calling thread. beta is 0 (C may be uninitialised) or 1; c_stride is the distance between C's rows.
void gemm(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride);
void gemm_ref(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride);
void gemm_fast(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride);

// The same product cut into blocks of rows of C, which run in parallel. The blocks depend on M alone.
void gemm_parallel(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride);

// On a GPU, of arrays that lie there.
void gemm_cuda(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride);
// So many products of one size. a, b and c are the first one's matrices; each of the others begins where the rows of the one
// before it end.
void gemm_batch_cuda(int64_t products, int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta,
                     real* c, int64_t c_stride);

}  // namespace eca::kernels
