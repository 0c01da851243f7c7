#include "core/threads.hpp"

#include <cblas.h>
#include <sched.h>

#include <string>
#include <thread>

#include "core/error.hpp"

namespace eca {

int available_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());
}

// 0 until first asked for, so that the first use can also silence OpenBLAS's own threads.
static int thread_count = 0;

int threads() {
  if (thread_count == 0) set_threads(available_cores());
  return thread_count;
}

void set_threads(int n) {
  if (n < 1 || n > 1024) throw Error("threads: " + std::to_string(n) + ", expected 1 to 1024");
  thread_count = n;
  openblas_set_num_threads(1);
}

}  // namespace eca
