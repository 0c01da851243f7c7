#include "layers/ops_mode.hpp"

#include <cstdlib>

#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"

namespace eca {

static OpsMode& choice() {
  static const char* text = std::getenv("OPS");
  static OpsMode mode = text == nullptr ? OpsMode::by_kernels : parse_ops_mode(text);
  return mode;
}

OpsMode chosen_ops_mode() { return choice(); }

OpsMode ops_mode() {
  if (choice() != OpsMode::by_kernels) return choice();
  return kernel_mode() == KernelMode::ref ? OpsMode::plain : OpsMode::fused;
}

void set_ops_mode(OpsMode mode) { choice() = mode; }

const char* to_string(OpsMode mode) {
  switch (mode) {
    case OpsMode::plain:
      return "plain";
    case OpsMode::fused:
      return "fused";
    case OpsMode::by_kernels:
      break;
  }
  return "by-kernels";
}

OpsMode parse_ops_mode(const std::string& text) {
  for (const OpsMode mode : {OpsMode::by_kernels, OpsMode::plain, OpsMode::fused}) {
    if (text == to_string(mode)) return mode;
  }
  throw Error("ops: \"" + text + "\", expected plain, fused or by-kernels");
}

}  // namespace eca
