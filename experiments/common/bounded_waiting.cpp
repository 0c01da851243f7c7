#include "experiments/common/bounded_waiting.hpp"

#include <unistd.h>

#include <cstdlib>

#include "core/base/kernel_mode.hpp"

// clang's OpenMP has a function for it; g++'s does not, and there the address is null.
extern "C" __attribute__((weak)) void kmp_set_blocktime(int milliseconds);

namespace eca {

// Rounds of g++'s waiting loop, some ten microseconds in all: less than a time slice by far (docs/performance.md).
static constexpr const char* kSpinCount = "1000";

static bool user_has_chosen() {
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}

void bound_waiting(char** argv) {
  if (kernel_mode() == KernelMode::ref || user_has_chosen()) return;
  if (kmp_set_blocktime != nullptr) {
    kmp_set_blocktime(0);
    return;
  }
  setenv("GOMP_SPINCOUNT", kSpinCount, 1);
  execv("/proc/self/exe", argv);  // returns only if it fails; then threads spin as they would have
}

}  // namespace eca
