#include "experiments/common/bounded_waiting.hpp"

#include <cstdlib>

#include "core/base/kernel_mode.hpp"
#include "tests/catch.hpp"
#include "tests/settings.hpp"

// Of clang's OpenMP; g++'s does not have it, and is tested from the command line (runs_test.sh).
extern "C" __attribute__((weak)) int kmp_get_blocktime();

namespace eca::test {

TEST_CASE("waiting is bounded, unless the user says how to wait", "[threads]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  const int before = kmp_get_blocktime != nullptr ? kmp_get_blocktime() : 0;
  unsetenv("GOMP_SPINCOUNT");
  setenv("OMP_WAIT_POLICY", "active", 1);
  bound_waiting(nullptr);  // would start this program anew
  CHECK(std::getenv("GOMP_SPINCOUNT") == nullptr);
  unsetenv("OMP_WAIT_POLICY");
  if (kmp_get_blocktime == nullptr) return;
  CHECK(kmp_get_blocktime() == before);
  bound_waiting(nullptr);
  CHECK(kmp_get_blocktime() == 0);
}

}  // namespace eca::test
