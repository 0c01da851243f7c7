#include "core/kernels/common/leaf_sums.hpp"

#include "core/parallel/threads.hpp"

namespace eca::kernels {

void add_leaf_sums(GradSlot sums, const real* leaf_sums, int64_t count, int64_t n) {
  constexpr int64_t kNumbers = 4096;  // of a chunk
  const int64_t chunks = chunk_count(n, kNumbers);
  with_leaf_count(count, [&]<int L>() {
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
    for (int64_t k = 0; k < chunks; ++k) {
      const int64_t first = k * kNumbers;
      add_roots<L>({sums.data + first, sums.add}, leaf_sums + first, n, std::min(kNumbers, n - first));
    }
  });
}

}  // namespace eca::kernels
