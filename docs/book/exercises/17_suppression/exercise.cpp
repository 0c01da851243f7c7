#include "docs/book/exercises/17_suppression/task.hpp"

// All of them, in the order in which they came.
std::vector<int> suppress(const std::vector<ScoredBox>& boxes, double /*threshold*/) {
  std::vector<int> kept;
  for (int i = 0; i < static_cast<int>(boxes.size()); ++i) kept.push_back(i);
  return kept;
}
