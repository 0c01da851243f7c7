// Which twin of a kernel runs: the plain loops (`ref`) or the fast ones (`fast`). See core/kernels/common/twins.hpp.
#pragma once

#include <string>

namespace eca {

enum class KernelMode { ref, fast };

// Default: fast; ref in debug builds; the environment variable KERNELS=ref|fast overrides both. Throws Error at the
// first call if that is neither.
KernelMode kernel_mode();
void set_kernel_mode(KernelMode mode);

// "ref" or "fast", and back. The way back throws Error naming the two choices.
const char* to_string(KernelMode mode);
KernelMode parse_kernel_mode(const std::string& text);

}  // namespace eca
