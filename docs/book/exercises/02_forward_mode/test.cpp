#include "docs/book/exercises/02_forward_mode/task.hpp"

#include "docs/book/exercises/check.hpp"

static int calls = 0;

// a^2 b + sin(a c)
static Dual f(const std::vector<Dual>& x) {
  ++calls;
  return x[0] * x[0] * x[1] + sin(x[0] * x[2]);
}

int main() {
  const double a = 0.7, b = -1.3, c = 2.1;
  const std::vector<double> df = gradient(f, {a, b, c});
  exercise::check(df.size() == 3, "three derivatives");
  if (df.size() != 3) return exercise::result();
  exercise::near("df/da", df[0], 2 * a * b + std::cos(a * c) * c);
  exercise::near("df/db", df[1], a * a);
  exercise::near("df/dc", df[2], std::cos(a * c) * a);
  exercise::check(calls == 3, "one pass for each input");
  return exercise::result();
}
