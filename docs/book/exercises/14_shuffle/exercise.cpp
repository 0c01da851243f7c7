#include "docs/book/exercises/14_shuffle/task.hpp"

#include <algorithm>
#include <numeric>
#include <random>

// One generator for everything: the order depends on all that was drawn before.
std::vector<int> order_of_epoch(uint64_t, uint64_t, int n) {
  static std::mt19937 generator;
  std::vector<int> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), generator);
  return order;
}
