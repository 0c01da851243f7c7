#include "core/kernels/common/leaf_sums.hpp"

#include "core/parallel/threads.hpp"

namespace eca::kernels {

template <int L>
static void add_chunk(GradSlot sums, const real* leaf_sums, int64_t n, int64_t first, int64_t last) {
  if (sums.add) {
    for (int64_t j = first; j < last; ++j) sums.data[j] += root_of<L>(leaf_sums + j, n);
  } else {
    for (int64_t j = first; j < last; ++j) sums.data[j] = root_of<L>(leaf_sums + j, n);
  }
}

void add_leaf_sums(GradSlot sums, const real* leaf_sums, int64_t count, int64_t n) {
  constexpr int64_t kNumbers = 4096;  // of a chunk
  const int64_t chunks = chunk_count(n, kNumbers);
  with_leaf_count(count, [&]<int L>() {
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
    for (int64_t k = 0; k < chunks; ++k) {
      add_chunk<L>(sums, leaf_sums, n, k * kNumbers, std::min(n, (k + 1) * kNumbers));
    }
  });
}

}  // namespace eca::kernels
