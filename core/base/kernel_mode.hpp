// Which twin of a kernel runs: the plain loops (`ref`), the fast ones (`fast`), or those of a GPU (`cuda`). See
// core/kernels/common/twins.hpp.
#pragma once

#include <string>

namespace eca {

enum class KernelMode { ref, fast, cuda };

// fast; ref in debug builds.
KernelMode built_in_kernel_mode();

// Default: the build's own; the environment variable KERNELS=ref|fast|cuda overrides it. Throws Error at
// the first call if that is none of them, or cuda without a GPU.
KernelMode kernel_mode();
// Tensors that are made from then on lie where the mode computes. Throws Error on `cuda` without a GPU, saying what is missing.
void set_kernel_mode(KernelMode mode);

// Whether matrix products on a GPU may round their factors to TF32, to 10 bits of mantissa instead of 23: faster, with other
// numbers. Off by default; without meaning elsewhere, and in double.
bool tf32();
void set_tf32(bool on);

// "ref", "fast" or "cuda", and back. The way back throws Error naming the choices.
const char* to_string(KernelMode mode);
KernelMode parse_kernel_mode(const std::string& text);

}  // namespace eca
