#include "core/parallel/threads.hpp"

#include <cblas.h>
#include <omp.h>

#include <algorithm>
#include <string>
#include <thread>

#include "core/base/error.hpp"
#include "core/parallel/ranks.hpp"

namespace eca {

// Not sched_getaffinity: with OMP_PROC_BIND the main thread is already bound to one core when it asks.
int available_cores() { return omp_get_num_procs(); }

int cores_of_this_rank() {
  const int machine = static_cast<int>(std::thread::hardware_concurrency());
  return std::max(1, std::min(available_cores(), std::max(machine, 1) / ranks_on_this_machine()));
}

// 0 until first asked for, so that the first use can also silence OpenBLAS's own threads.
static int thread_count = 0;

int threads() {
  if (thread_count == 0) set_threads(cores_of_this_rank());
  return thread_count;
}

void set_threads(int n) {
  if (n < 1 || n > 1024) throw Error("threads: " + std::to_string(n) + ", expected 1 to 1024");
  thread_count = n;
  openblas_set_num_threads(1);
}

}  // namespace eca
