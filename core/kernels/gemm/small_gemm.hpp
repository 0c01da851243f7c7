// Matrix product for few rows and whole vectors of columns, where packing the operands, as a BLAS does, costs more
// than it saves: sums stay in registers, one vector of B serves a whole block of rows.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"

namespace eca::kernels {

// A matrix or its transpose: A[m,k] = data[m*row + k*column].
struct StridedMatrix {
  const real* data;
  int64_t row, column;
};

//   C (M,N) = A (M,K) * B (K,N)        += where `add`
// N is a multiple of kLanes. Runs on the calling thread. Sums run over k in order.
void small_gemm(int64_t M, int64_t N, int64_t K, StridedMatrix a, const real* b, int64_t b_stride, bool add,
                real* c, int64_t c_stride);

}  // namespace eca::kernels
