#include "core/parallel/task_shares.hpp"

#include <omp.h>

#include "core/parallel/threads.hpp"

namespace eca {

TaskShares::TaskShares(int64_t tasks)
    : threads_(threads_for(tasks)), shares_(std::make_unique<Share[]>(static_cast<size_t>(threads_))) {
  for (int t = 0; t < threads_; ++t) {
    shares_[static_cast<size_t>(t)].next = tasks * t / threads_;
    shares_[static_cast<size_t>(t)].end = tasks * (t + 1) / threads_;
  }
}

bool TaskShares::take(int64_t& task) {
  const int self = omp_get_thread_num();
  for (int i = 0; i < threads_; ++i) {
    Share& share = shares_[static_cast<size_t>((self + i) % threads_)];
    if (share.next >= share.end) continue;  // so that next does not grow for ever
    task = share.next++;
    if (task < share.end) return true;
  }
  return false;
}

}  // namespace eca
