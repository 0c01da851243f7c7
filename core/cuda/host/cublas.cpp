#include <cblas.h>
#include <cublas_v2.h>  // this folder's

#include <algorithm>

#include "core/cuda/host/visit.hpp"

struct cublasContext {};

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  static cublasContext context;
  openblas_set_num_threads(1);  // a visit opens the device's memory to the thread that makes it
  *handle = &context;
  return CUBLAS_STATUS_SUCCESS;
}

const char* cublasGetStatusString(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return "success";
    case CUBLAS_STATUS_NOT_INITIALIZED:
      return "the library was not initialized";
    case CUBLAS_STATUS_INVALID_VALUE:
      return "an invalid value was passed as an argument";
  }
  return "unknown";
}

namespace {

void gemm(CBLAS_TRANSPOSE transa, CBLAS_TRANSPOSE transb, int m, int n, int k, float alpha, const float* A,
          int lda, const float* B, int ldb, float beta, float* C, int ldc) {
  cblas_sgemm(CblasColMajor, transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}
void gemm(CBLAS_TRANSPOSE transa, CBLAS_TRANSPOSE transb, int m, int n, int k, double alpha, const double* A,
          int lda, const double* B, int ldb, double beta, double* C, int ldc) {
  cblas_dgemm(CblasColMajor, transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

CBLAS_TRANSPOSE cblas_op(cublasOperation_t op) { return op == CUBLAS_OP_N ? CblasNoTrans : CblasTrans; }

// A single product is a batch of one.
template <class T>
cublasStatus_t gemms(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n,
                     int k, const T* alpha, const T* A, int lda, long long strideA, const T* B, int ldb,
                     long long strideB, const T* beta, T* C, int ldc, long long strideC, int batchCount) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  const int rows_of_A = transa == CUBLAS_OP_N ? m : k, rows_of_B = transb == CUBLAS_OP_N ? k : n;
  const bool valid = m >= 0 && n >= 0 && k >= 0 && batchCount >= 0 && lda >= std::max(1, rows_of_A) &&
                     ldb >= std::max(1, rows_of_B) && ldc >= std::max(1, m);
  if (!valid) return CUBLAS_STATUS_INVALID_VALUE;
  const eca::cuda::Visit visit;
  for (int i = 0; i < batchCount; ++i) {
    gemm(cblas_op(transa), cblas_op(transb), m, n, k, *alpha, A + i * strideA, lda, B + i * strideB, ldb,
         *beta, C + i * strideC, ldc);
  }
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m,
                           int n, int k, const float* alpha, const float* A, int lda, const float* B, int ldb,
                           const float* beta, float* C, int ldc) {
  return gemms(handle, transa, transb, m, n, k, alpha, A, lda, 0, B, ldb, 0, beta, C, ldc, 0, 1);
}
cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m,
                           int n, int k, const double* alpha, const double* A, int lda, const double* B,
                           int ldb, const double* beta, double* C, int ldc) {
  return gemms(handle, transa, transb, m, n, k, alpha, A, lda, 0, B, ldb, 0, beta, C, ldc, 0, 1);
}
cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa,
                                         cublasOperation_t transb, int m, int n, int k, const float* alpha,
                                         const float* A, int lda, long long strideA, const float* B, int ldb,
                                         long long strideB, const float* beta, float* C, int ldc,
                                         long long strideC, int batchCount) {
  return gemms(handle, transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C, ldc,
               strideC, batchCount);
}
cublasStatus_t cublasDgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa,
                                         cublasOperation_t transb, int m, int n, int k, const double* alpha,
                                         const double* A, int lda, long long strideA, const double* B,
                                         int ldb, long long strideB, const double* beta, double* C, int ldc,
                                         long long strideC, int batchCount) {
  return gemms(handle, transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C, ldc,
               strideC, batchCount);
}
