#include "docs/book/exercises/16_fixed_sums/task.hpp"

#include "docs/book/exercises/check.hpp"

int main() {
  for (const int n : {0, 1, 1000, 100003}) {
    std::vector<float> x;
    double exact = 0;
    for (int i = 0; i < n; ++i) {
      x.push_back(static_cast<float>(exercise::noise(i) * std::exp(4 * exercise::noise(i + 7))));
      exact += static_cast<double>(x.back());
    }
    const float one = sum(x, 1);
    exercise::near("the sum of " + std::to_string(n), one, exact, 1e-2);
    for (const int threads : {2, 3, 5, 8}) {
      exercise::check(sum(x, threads) == one,
                      std::to_string(n) + " values: other bits with " + std::to_string(threads) + " threads");
    }
  }
  return exercise::result();
}
