// The tasks of a parallel loop, handed out so that data stay where they are.
//
//   TaskShares shares(blocks);
//   #pragma omp parallel num_threads(shares.threads())
//   for (int64_t block; shares.take(block);) forward_one_block(block, ...);
//
// Thread t of T begins with the t-th part of the tasks. Parts of a batch come in the order of its images, so in
// every loop a thread meets the images it met in the loop before, which lie in its own caches; fetching them from
// the caches of another core takes up to six times as long. A thread that has done its part helps the others, as
// cores are not all equally fast and not always free. Who does a task changes no bit of the result.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace eca {

class TaskShares {
 public:
  explicit TaskShares(int64_t tasks);

  // Threads to start: threads_for(tasks).
  int threads() const { return threads_; }

  // The calling thread's next task, in [0, tasks); false if none is left. Each task is taken once.
  bool take(int64_t& task);

 private:
  struct alignas(64) Share {  // a cache line of its own
    std::atomic<int64_t> next;
    int64_t end;
  };

  int threads_;
  std::unique_ptr<Share[]> shares_;  // of each thread
};

}  // namespace eca
