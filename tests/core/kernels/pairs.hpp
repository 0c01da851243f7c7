// What the pair tests of the kernels share.
#pragma once

#include <limits>
#include <string>

#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

namespace eca::test {

inline constexpr double kEps = std::numeric_limits<real>::epsilon();

// How far two sums of the same `terms` products of numbers in [-1,1] may lie apart when taken in another
// order. Partial sums are a random walk, of size sqrt(terms) at most about; each of the `terms` additions
// rounds by eps/2 of that in a random direction: sqrt(terms) * sqrt(terms) * eps/2 for each of the two sums.
// A term too many, too few or with the wrong sign is some 1e4 times as large.
inline double sum_tolerance(int64_t terms) { return kEps * static_cast<double>(terms + 8); }

// Compares twins that write a gradient. `run(slot)` calls one of them.
// Assigning: memory full of NaN must be written in full. Adding: what is there must be kept.
template <class Ref, class Fast>
void check_gradient_pair(const char* what, const Shape& shape, double tolerance, const Ref& ref,
                         const Fast& fast) {
  INFO(what);
  Tensor expected = nan_tensor(shape), found = nan_tensor(shape);
  ref(GradSlot{expected.data(), false});
  fast(GradSlot{found.data(), false});
  CHECK(difference(found, expected, 0, tolerance) == "");
  const Tensor before = random_tensor(shape, 99);
  Tensor ref_sum = copy_of(before), fast_sum = copy_of(before), sum = copy_of(before);
  for (int64_t i = 0; i < sum.numel(); ++i) sum.data()[i] += expected.data()[i];
  ref(GradSlot{ref_sum.data(), true});
  fast(GradSlot{fast_sum.data(), true});
  INFO("added to what was there");
  CHECK(difference(ref_sum, sum, 0, tolerance + 4 * kEps) == "");
  CHECK(difference(fast_sum, sum, 0, tolerance + 4 * kEps) == "");
}

}  // namespace eca::test
