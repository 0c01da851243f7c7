#include "data/by_threads.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace eca {

void by_threads(int64_t N, int threads, const std::function<void(int64_t n)>& task) {
  std::atomic<int64_t> next = 0;
  std::mutex mutex;
  int64_t failed = N;
  std::exception_ptr failure;
  const auto work = [&] {
    for (int64_t n = next++; n < N; n = next++) {
      try {
        task(n);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (n < failed) failure = std::current_exception();
        failed = std::min(failed, n);
      }
    }
  };
  std::vector<std::thread> others;
  for (int64_t t = 1; t < std::min<int64_t>(threads, N); ++t) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace eca
