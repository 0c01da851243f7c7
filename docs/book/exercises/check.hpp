// What the tests of the exercises are written with.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace exercise {

inline int checks = 0, failures = 0;

// Prints `what` if it is not so.
inline void check(bool right, const std::string& what) {
  ++checks;
  if (right) return;
  ++failures;
  if (failures <= 5) std::printf("  wrong: %s\n", what.c_str());
  if (failures == 6) std::printf("  ...\n");
}

// Within `tolerance`, relative for numbers above 1.
inline void near(const std::string& what, double found, double expected, double tolerance = 1e-5) {
  const bool right = std::abs(found - expected) <= tolerance * std::fmax(1, std::abs(expected));
  check(right, what + ": expected " + std::to_string(expected) + ", found " + std::to_string(found));
}

// What main returns.
inline int result() {
  std::printf("%d checks, %d wrong\n", checks, failures);
  return failures > 0 || checks == 0 ? 1 : 0;
}

// Numbers between -1 and 1 that look random and are the same each time.
inline double noise(int i) { return std::sin(12.9898 * i + 78.233 * std::sin(3.7 * i + 1)); }

}  // namespace exercise
