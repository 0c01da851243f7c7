#include "docs/book/exercises/14_shuffle/task.hpp"

#include <numeric>
#include <utility>

#include "core/base/random.hpp"

std::vector<int> order_of_epoch(uint64_t seed, uint64_t epoch, int n) {
  std::vector<int> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  eca::Random random(seed, eca::Purpose::shuffle, epoch);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}
