#include "core/base/kernel_mode.hpp"

#include <cstdlib>

#include "core/base/error.hpp"

namespace eca {

static KernelMode initial_mode() {
  if (const char* text = std::getenv("KERNELS")) return parse_kernel_mode(text);
#ifdef ECA_DEBUG
  return KernelMode::ref;
#else
  return KernelMode::fast;
#endif
}

static KernelMode& mode_in_force() {
  static KernelMode mode = initial_mode();
  return mode;
}

KernelMode kernel_mode() { return mode_in_force(); }

void set_kernel_mode(KernelMode mode) { mode_in_force() = mode; }

const char* to_string(KernelMode mode) { return mode == KernelMode::ref ? "ref" : "fast"; }

KernelMode parse_kernel_mode(const std::string& text) {
  if (text == "ref") return KernelMode::ref;
  if (text == "fast") return KernelMode::fast;
  throw Error("kernels: \"" + text + "\", expected ref or fast");
}

}  // namespace eca
