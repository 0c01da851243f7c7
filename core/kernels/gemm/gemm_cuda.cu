// The product on a GPU is cuBLAS's. It counts rows and columns the other way: what is row-major here is the transpose there,
//   C = op(A) * op(B)   row-major        C^T = op(B)^T * op(A)^T   column-major
// so the factors change places, and their transposes and strides stay as they are.
#include "core/cuda/cublas.hpp"
#include "core/kernels/gemm/gemm.hpp"

namespace eca::kernels {

void gemm_cuda(int64_t M, int64_t N, int64_t K, Matrix a, Matrix b, real beta, real* c, int64_t c_stride) {
  if (M == 0 || N == 0) return;
  const auto op = [](Matrix m) { return m.op == Op::none ? CUBLAS_OP_N : CUBLAS_OP_T; };
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

}  // namespace eca::kernels
