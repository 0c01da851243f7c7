// The product on a GPU is cuBLAS's. It counts rows and columns the other way: what is row-major here is the transpose there,
//   C = op(A) * op(B)   row-major        C^T = op(B)^T * op(A)^T   column-major
// so the factors change places, and their transposes and strides stay as they are.
#include "core/cuda/cublas.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/kernels/gemm/linear.hpp"

namespace eca::kernels {

static cublasOperation_t op(Matrix m) { return m.op == Op::none ? CUBLAS_OP_N : CUBLAS_OP_T; }

void gemm_cuda(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride) {
  if (M == 0 || N == 0) return;
  const real one = 1;
#ifdef ECA_REAL_DOUBLE
  constexpr auto cublas_gemm = cublasDgemm;
#else
  constexpr auto cublas_gemm = cublasSgemm;
#endif
  cuda::check(cublas_gemm(cuda::cublas(), op(b), op(a), static_cast<int>(N), static_cast<int>(M),
                          static_cast<int>(K), &one, b.data, static_cast<int>(b.stride), a.data,
                          static_cast<int>(a.stride), &beta, c, static_cast<int>(c_stride)),
              "gemm");
}

void gemm_batch_cuda(int64_t products, int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta,
                     real* c, int64_t c_stride) {
  if (products == 0 || M == 0 || N == 0) return;
  const int64_t a_rows = a.op == Op::none ? M : K, b_rows = b.op == Op::none ? K : N;
  const real one = 1;
#ifdef ECA_REAL_DOUBLE
  constexpr auto cublas_gemms = cublasDgemmStridedBatched;
#else
  constexpr auto cublas_gemms = cublasSgemmStridedBatched;
#endif
  cuda::check(cublas_gemms(cuda::cublas(), op(b), op(a), static_cast<int>(N), static_cast<int>(M),
                           static_cast<int>(K), &one, b.data, static_cast<int>(b.stride), b_rows * b.stride,
                           a.data, static_cast<int>(a.stride), a_rows * a.stride, &beta, c,
                           static_cast<int>(c_stride), M * c_stride, static_cast<int>(products)),
              "batch of gemm");
}

void linear_forward_cuda(GradSlot y, const real* x, const real* w, int64_t N, int64_t I, int64_t O) {
  gemm_cuda(N, O, I, {x, I}, {w, O}, y.add, y.data, O);
}

void linear_dx_cuda(GradSlot dx, const real* dy, const real* w, int64_t N, int64_t I, int64_t O) {
  gemm_cuda(N, I, O, {dy, O}, {w, O, Op::transpose}, dx.add, dx.data, I);
}

void linear_dw_cuda(GradSlot dw, const real* dy, const real* x, int64_t N, int64_t I, int64_t O) {
  gemm_cuda(I, O, N, {x, I, Op::transpose}, {dy, O}, dw.add, dw.data, O);
}

}  // namespace eca::kernels
