// The one owner of thread counts. Parallel loops are OpenMP loops inside kernels. Where elements do not know of each other they
// are written with for_each_index (core/kernels/common/for_each_index.hpp), else as
//
//   #pragma omp parallel for schedule(static) num_threads(threads_for(N))
//   for (int64_t n = 0; n < N; ++n) max_pool_forward_one_image(n, ...);
//
// or, where a task is long, with TaskShares (core/parallel/task_shares.hpp). Either way a thread gets the same
// part of the batch in every loop. The partition of work into chunks depends on shapes only, so that the number of
// threads never changes a bit of the result. BLAS runs single-threaded inside our loops.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/kernel_mode.hpp"

namespace eca {

// Number of threads of parallel loops; default: the cores this process may run on.
int threads();
// Throws Error unless 1 <= n <= 1024.
void set_threads(int n);
int available_cores();
// Where several ranks share a machine, this one's share; at least one.
int cores_of_this_rank();

// Threads to start for `tasks` independent tasks; one in ref mode, where a person may be stepping.
inline int threads_for(int64_t tasks) {
  if (kernel_mode() == KernelMode::ref) return 1;
  return static_cast<int>(std::clamp<int64_t>(tasks, 1, threads()));
}

// Elementwise loops are cut into chunks of this many elements; arrays of one chunk stay on the calling thread.
inline constexpr int64_t kChunk = 32768;

inline int64_t chunk_count(int64_t n, int64_t chunk = kChunk) { return (n + chunk - 1) / chunk; }

}  // namespace eca
