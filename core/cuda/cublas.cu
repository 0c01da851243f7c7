#include "core/cuda/cublas.hpp"

#include <string>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/cuda/device.hpp"
#ifdef __CUDACC__
#include "core/cuda/gpu/stream.hpp"
#endif

namespace eca::cuda {

void check(cublasStatus_t status, const char* call) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw Error("cuda: " + std::string(call) + ": " + cublasGetStatusString(status) + in_scope());
}

cublasHandle_t cublas() {
  static cublasHandle_t handle = [] {
    cublasHandle_t made = nullptr;
    check(cublasCreate(&made), "cublasCreate");
#ifdef __CUDACC__
    check(cublasSetStream(made, stream()), "cublasSetStream");
    // Of its own, it would ask for memory in the middle of a step.
    constexpr int64_t kWorkspace = int64_t{32} << 20;
    check(cublasSetWorkspace(made, allocate(kWorkspace), kWorkspace), "cublasSetWorkspace");
#endif
    return made;
  }();
  check(cublasSetMathMode(handle, tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH),
        "cublasSetMathMode");
  return handle;
}

}  // namespace eca::cuda
