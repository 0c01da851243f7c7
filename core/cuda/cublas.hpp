// The library of products: cuBLAS, and where the processor plays the GPU its stand-in (core/cuda/host/cublas_v2.h).
#pragma once

#include <cublas_v2.h>

namespace eca::cuda {

// For the one stream. In full float, or TF32 where that is allowed (core/base/kernel_mode.hpp).
cublasHandle_t cublas();

// Throws Error unless `status` is a success: "cuda: cublasSgemm: an invalid value ... (in layer1.0.conv1)".
void check(cublasStatus_t status, const char* call);

}  // namespace eca::cuda
