#include "docs/book/exercises/14_shuffle/task.hpp"

#include <algorithm>
#include <numeric>

#include "docs/book/exercises/check.hpp"

int main() {
  const std::vector<int> first = order_of_epoch(1, 0, 50), second = order_of_epoch(1, 1, 50);
  std::vector<int> sorted = first, all(50);
  std::sort(sorted.begin(), sorted.end());
  std::iota(all.begin(), all.end(), 0);
  exercise::check(sorted == all, "every image once");
  exercise::check(first != all, "shuffled");
  exercise::check(first != second, "another order in another epoch");
  exercise::check(first != order_of_epoch(2, 0, 50), "another order with another seed");
  exercise::check(second == order_of_epoch(1, 1, 50), "the same order when asked again");
  exercise::check(first == order_of_epoch(1, 0, 50), "whatever was drawn in between");

  std::vector<int> places(10, 0);  // where image 0 comes: equally often everywhere
  for (uint64_t epoch = 0; epoch < 2000; ++epoch) {
    const std::vector<int> order = order_of_epoch(3, epoch, 10);
    ++places[static_cast<size_t>(std::find(order.begin(), order.end(), 0) - order.begin())];
  }
  for (const int count : places) exercise::near("of 2000 epochs image 0 has a place in", count, 200, 0.3);
  return exercise::result();
}
