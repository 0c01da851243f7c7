#include "docs/book/exercises/08_winograd/task.hpp"

#include "docs/book/exercises/check.hpp"

int main() {
  for (int round = 0; round < 5; ++round) {
    const auto number = [round](int i) { return Number{exercise::noise(10 * round + i)}; };
    const std::array<Number, 4> d = {number(0), number(1), number(2), number(3)};
    const std::array<Number, 3> g = {number(4), number(5), number(6)};
    Number::multiplications = 0;
    const std::array<Number, 2> y = filter(d, g);
    const int multiplications = Number::multiplications;
    exercise::near("y_0", y[0].x, d[0].x * g[0].x + d[1].x * g[1].x + d[2].x * g[2].x, 1e-12);
    exercise::near("y_1", y[1].x, d[1].x * g[0].x + d[2].x * g[1].x + d[3].x * g[2].x, 1e-12);
    exercise::check(multiplications <= 4, std::to_string(multiplications) + " multiplications");
  }
  return exercise::result();
}
