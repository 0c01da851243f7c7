#include "docs/book/exercises/06_join_moments/task.hpp"

#include <vector>

#include "docs/book/exercises/check.hpp"

static Moments moments_of(const std::vector<double>& values) {
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {static_cast<float>(values.size()), static_cast<float>(mean), static_cast<float>(squares)};
}

int main() {
  for (const double offset : {0.0, 10.0, 1000.0, 30000.0}) {
    std::vector<double> all;
    Moments joined = {};
    for (int part = 0; part < 5; ++part) {  // of 3, 10, 17, 24 and 31 values
      std::vector<double> values;
      for (int i = 0; i < 3 + 7 * part; ++i)
        values.push_back(offset + exercise::noise(100 * part + i) + part);
      all.insert(all.end(), values.begin(), values.end());
      joined = part == 0 ? moments_of(values) : join(joined, moments_of(values));
    }
    const Moments expected = moments_of(all);
    const std::string where = " with values around " + std::to_string(offset);
    exercise::near("count" + where, joined.count, expected.count);
    exercise::near("mean" + where, joined.mean, expected.mean, 1e-5);
    exercise::near("squares" + where, joined.squares / expected.squares, 1, 0.01);
  }
  return exercise::result();
}
