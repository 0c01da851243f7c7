// Which twin of a kernel pair runs: the plain loops (`ref`) or the fast ones (`fast`).
#pragma once

#include <string>

namespace eca {

enum class KernelMode { ref, fast };

// Default: fast; ref in debug builds; the environment variable KERNELS=ref|fast overrides both.
KernelMode kernel_mode();
void set_kernel_mode(KernelMode mode);

// "ref" or "fast", and back. Throws Error naming the two choices.
const char* to_string(KernelMode mode);
KernelMode parse_kernel_mode(const std::string& text);

}  // namespace eca
