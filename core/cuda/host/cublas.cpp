#include <cblas.h>
#include <cublas_v2.h>  // this folder's

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "core/cuda/host/ask.hpp"

struct cublasContext {
  cublasMath_t mode;
};

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  static cublasContext context;
  openblas_set_num_threads(1);  // a visit opens the device's memory to the thread that makes it
  *handle = &context;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  handle->mode = mode;
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

// A column-major matrix as it is in a product: in TF32, with the nearest numbers of 10 bits of mantissa.
class Factor {
 public:
  Factor(const float* data, int rows, int columns, int ld, cublasMath_t mode) : data_(data) {
    if (mode != CUBLAS_TF32_TENSOR_OP_MATH || rows == 0 || columns == 0) return;
    rounded_.assign(data, data + static_cast<int64_t>(columns - 1) * ld + rows);
    for (float& value : rounded_) {
      const auto bits = std::bit_cast<uint32_t>(value);
      value = std::bit_cast<float>((bits + 0x1000U) & ~0x1fffU);
    }
    data_ = rounded_.data();
  }
  const float* data() const { return data_; }

 private:
  std::vector<float> rounded_;
  const float* data_;
};
struct DoubleFactor {
  const double* from;
  DoubleFactor(const double* data, int, int, int, cublasMath_t) : from(data) {}
  const double* data() const { return from; }
};
template <class T>
using FactorOf = std::conditional_t<std::is_same_v<T, float>, Factor, DoubleFactor>;

CBLAS_TRANSPOSE cblas_op(cublasOperation_t op) { return op == CUBLAS_OP_N ? CblasNoTrans : CblasTrans; }

// A single product is a batch of one.
template <class T>
cublasStatus_t gemms(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n,
                     int k, const T* alpha, const T* A, int lda, long long strideA, const T* B, int ldb,
                     long long strideB, const T* beta, T* C, int ldc, long long strideC, int batchCount) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  const int rows_of_A = transa == CUBLAS_OP_N ? m : k, rows_of_B = transb == CUBLAS_OP_N ? k : n;
  const int columns_of_A = m + k - rows_of_A, columns_of_B = k + n - rows_of_B;
  const bool valid = m >= 0 && n >= 0 && k >= 0 && batchCount >= 0 && lda >= std::max(1, rows_of_A) &&
                     ldb >= std::max(1, rows_of_B) && ldc >= std::max(1, m);
  if (!valid) return CUBLAS_STATUS_INVALID_VALUE;
  eca::cuda::ask([=, mode = handle->mode, alpha = *alpha, beta = *beta] {
    for (int i = 0; i < batchCount; ++i) {
      const FactorOf<T> a(A + i * strideA, rows_of_A, columns_of_A, lda, mode);
      const FactorOf<T> b(B + i * strideB, rows_of_B, columns_of_B, ldb, mode);
      gemm(cblas_op(transa), cblas_op(transb), m, n, k, alpha, a.data(), lda, b.data(), ldb, beta,
           C + i * strideC, ldc);
    }
  });
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
