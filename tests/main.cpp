// The test program. `build/release/run_tests --help` lists its options, [data] selects the tests with that tag.
#include <cstdio>

#include "experiments/common/bounded_waiting.hpp"
#include "experiments/common/progress_line.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"

// For `make asan CXX=clang++`: clang's OpenMP library never frees what it keeps about its threads.
extern "C" const char* __lsan_default_suppressions();  // the address sanitizer asks for it
const char* __lsan_default_suppressions() { return "leak:libomp.so\n"; }

int main(int argc, char** argv) {
  eca::bound_waiting(argv);  // tests may run beside others
  eca::show_progress(false);
  const int failures = eca::test::run_session(argc, argv);
  const auto& [gradient_checks, kernel_pairs, goldens] = eca::test::counters;
  if (gradient_checks + kernel_pairs + goldens > 0) {
    std::printf("gradient checks: %d  kernel pairs: %d  goldens: %d\n", gradient_checks, kernel_pairs,
                goldens);
  }
  return failures;
}
