#include "core/kernels/gemm/small_gemm.hpp"

#include <algorithm>

#include "core/kernels/common/simd.hpp"

namespace eca::kernels {

namespace {

constexpr int kSums = kVectorRegisters * 3 / 4;  // the other registers hold vectors of B

// P rows and V vectors of columns of C.
template <int P, int V>
void block(int64_t K, StridedMatrix a, const real* b, int64_t b_stride, bool add, real* c, int64_t c_stride) {
  vec sums[P][V] = {};
  for (int64_t k = 0; k < K; ++k, a.data += a.column, b += b_stride) {
    vec row[V];
    for (int v = 0; v < V; ++v) row[v] = load(b + v * kLanes);
    for (int p = 0; p < P; ++p) {
      for (int v = 0; v < V; ++v) sums[p][v] += a.data[p * a.row] * row[v];
    }
  }
  if (add) {  // not inside of the loop that stores, or compilers keep the sums in memory
    for (int p = 0; p < P; ++p) {
      for (int v = 0; v < V; ++v) sums[p][v] += load(c + p * c_stride + v * kLanes);
    }
  }
  for (int p = 0; p < P; ++p) {
    for (int v = 0; v < V; ++v) store(c + p * c_stride + v * kLanes, sums[p][v]);
  }
}

template <int V>
void columns(int64_t M, int64_t K, StridedMatrix a, const real* b, int64_t b_stride, bool add, real* c,
             int64_t c_stride) {
  constexpr int P = std::min(kSums / V, 8);  // as many addresses as there are registers for
  int64_t m = 0;
  const auto rows = [&]<int count>() {
    for (; m + count <= M; m += count) {
      block<count, V>(K, {a.data + m * a.row, a.row, a.column}, b, b_stride, add, c + m * c_stride, c_stride);
    }
  };
  rows.template operator()<P>();
  rows.template operator()<4>();
  rows.template operator()<1>();
}

}  // namespace

void small_gemm(int64_t M, int64_t N, int64_t K, StridedMatrix a, const real* b, int64_t b_stride, bool add,
                real* c, int64_t c_stride) {
  int64_t n = 0;
  for (; n + 4 * kLanes <= N; n += 4 * kLanes) columns<4>(M, K, a, b + n, b_stride, add, c + n, c_stride);
  for (; n + 2 * kLanes <= N; n += 2 * kLanes) columns<2>(M, K, a, b + n, b_stride, add, c + n, c_stride);
  for (; n < N; n += kLanes) columns<1>(M, K, a, b + n, b_stride, add, c + n, c_stride);
}

}  // namespace eca::kernels
