// What the numbers and the speed of a run depend on besides its configuration.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "layers/module.hpp"

namespace eca {

// "ecagrad: float, fast kernels, fused ops, 2 threads, AVX-512, OpenBLAS 0.3.21 (SkylakeX), g++ 12.2.0"
std::string environment_line();

// Lines "key: value": build, compiler and flags, instruction set, BLAS, GPU where it computes, processor, cores and
// threads, git state.
std::string environment_record();

// What the last bits of a result depend on besides a configuration: instruction set, BLAS, compiler, flags, the GPU where it
// computes ("gpu"), and the state of the source tree ("source").
std::map<std::string, std::string> arithmetic_record();

// The k of every ECA layer and its path, one a line; empty if there is none.
std::string eca_kernel_sizes(Module& network);

// Largest resident memory of this process so far, in bytes.
int64_t peak_memory_bytes();

// SHA-256 of the program that runs.
std::string program_hash();

}  // namespace eca
