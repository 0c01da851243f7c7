#include "core/cuda/cublas.hpp"

#include <string>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#ifdef __CUDACC__
#include "core/cuda/stream.hpp"
#endif

namespace eca::cuda {

void check(cublasStatus_t status, const char* call) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  const std::string scope = current_scope();
  throw Error("cuda: " + std::string(call) + ": " + cublasGetStatusString(status) +
              (scope.empty() ? "" : " (in " + scope + ")"));
}

cublasHandle_t cublas() {
  static cublasHandle_t handle = [] {
    cublasHandle_t made = nullptr;
    check(cublasCreate(&made), "cublasCreate");
#ifdef __CUDACC__
    check(cublasSetStream(made, stream()), "cublasSetStream");
#endif
    return made;
  }();
  return handle;
}

}  // namespace eca::cuda
