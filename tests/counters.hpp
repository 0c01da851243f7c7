// What the test program really compared, printed at its end, so that a check that stopped running is seen.
#pragma once

namespace eca::test {

struct Counters {
  int gradient_checks = 0;  // an op or module with one set of options, in one kernel mode
  int kernel_pairs = 0;     // a ref kernel against another of its twins on one shape
  int goldens = 0;          // a case computed by PyTorch, in one kernel mode
};

inline Counters counters;

}  // namespace eca::test
