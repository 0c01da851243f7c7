#include "core/base/kernel_mode.hpp"

#include <cstdlib>

#include "core/base/error.hpp"
#include "core/cuda/device.hpp"

namespace eca {

KernelMode built_in_kernel_mode() {
#ifdef ECA_DEBUG
  return KernelMode::ref;
#else
  return KernelMode::fast;
#endif
}

static KernelMode initial_mode() {
  if (const char* text = std::getenv("KERNELS")) {
    const KernelMode mode = parse_kernel_mode(text);
    if (mode == KernelMode::cuda) cuda::check();
    return mode;
  }
  return built_in_kernel_mode();
}

static KernelMode& mode_in_force() {
  static KernelMode mode = initial_mode();
  return mode;
}

KernelMode kernel_mode() { return mode_in_force(); }

void set_kernel_mode(KernelMode mode) {
  if (mode == KernelMode::cuda) cuda::check();
  mode_in_force() = mode;
}

bool tf32() { return cuda::tf32; }
void set_tf32(bool on) { cuda::tf32 = on; }

const char* to_string(KernelMode mode) {
  switch (mode) {
    case KernelMode::ref:
      return "ref";
    case KernelMode::fast:
      return "fast";
    case KernelMode::cuda:
      return "cuda";
  }
  return "";
}

KernelMode parse_kernel_mode(const std::string& text) {
  if (text == "ref") return KernelMode::ref;
  if (text == "fast") return KernelMode::fast;
  if (text == "cuda") return KernelMode::cuda;
  throw Error("kernels: \"" + text + "\", expected ref, fast or cuda");
}

}  // namespace eca
