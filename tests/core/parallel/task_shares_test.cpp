#include "core/parallel/task_shares.hpp"

#include <omp.h>

#include <vector>

#include "core/parallel/threads.hpp"
#include "tests/catch.hpp"
#include "tests/settings.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// How often each of the tasks is done by threads that take as many as they get.
std::vector<int> times_done(int64_t tasks) {
  std::vector<int> times(static_cast<size_t>(tasks));
  TaskShares shares(tasks);
#pragma omp parallel num_threads(shares.threads())
  for (int64_t task; shares.take(task);) ++times[static_cast<size_t>(task)];
  return times;
}

}  // namespace

TEST_CASE("TaskShares gives each task to one thread", "[threads]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  for (const int n : {1, 2, 3, 8}) {
    set_threads(n);
    for (const int64_t tasks : {0, 1, 2, 7, 1000}) {
      CAPTURE(n, tasks);
      CHECK(times_done(tasks) == std::vector<int>(static_cast<size_t>(tasks), 1));
    }
  }
}

TEST_CASE("TaskShares begins each thread at its own part", "[threads]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  set_threads(3);
  std::vector<int64_t> first(3, -1);
  TaskShares shares(11);
#pragma omp parallel num_threads(shares.threads())
  shares.take(first[static_cast<size_t>(omp_get_thread_num())]);
  CHECK(first == std::vector<int64_t>{0, 3, 7});
}

TEST_CASE("TaskShares lets threads help one that is late", "[threads]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  set_threads(3);
  constexpr int64_t kTasks = 11;
  int64_t done = 0;
  TaskShares shares(kTasks);
#pragma omp parallel num_threads(shares.threads()) reduction(+ : done)
  if (omp_get_thread_num() != 1) {
    for (int64_t task; shares.take(task);) ++done;
  }
  CHECK(done == kTasks);
}

TEST_CASE("TaskShares starts one thread in ref mode, which does the tasks in their order", "[threads]") {
  const SettingsRestored restored;
  set_threads(3);
  set_kernel_mode(KernelMode::ref);
  TaskShares shares(4);
  CHECK(shares.threads() == 1);
  std::vector<int64_t> order;
  for (int64_t task; shares.take(task);) order.push_back(task);
  CHECK(order == std::vector<int64_t>{0, 1, 2, 3});
}
