#include "docs/book/exercises/06_join_moments/task.hpp"

//   mean    = mean_a + (mean_b - mean_a) n_b / n
//   squares = squares_a + squares_b + (mean_b - mean_a)^2 n_a n_b / n
Moments join(const Moments& a, const Moments& b) {
  const float n = a.count + b.count, between = b.mean - a.mean;
  return {n, a.mean + between * (b.count / n),
          a.squares + b.squares + between * between * (a.count * b.count / n)};
}
