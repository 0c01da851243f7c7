// How many neighbouring channels an ECA module looks at.
#pragma once

#include <cstdint>
#include <optional>

namespace eca {

// The two constants of the paper's rule, C = 2^(gamma k - b).
struct AdaptiveRule {
  int64_t gamma = 2;
  int64_t b = 1;
};

// k of the paper's rule for C channels: the odd number nearest to log2(C)/gamma + b/gamma, ties going up.
//   C 1-7 -> 1, 8-127 -> 3, 128-2047 -> 5, 2048-32767 -> 7          (gamma 2, b 1)
// Source: ECA-Net, arXiv 1910.03151v4, eq. 12; t = int(|log2(C)/gamma + b/gamma|), k = t if odd, else t + 1.
// Throws Error if C < 1, gamma < 1 or b < 0.
int64_t adaptive_kernel_size(int64_t C, AdaptiveRule rule = {});

// k if it is given, else adaptive_kernel_size(C). Throws Error, as from `module`, if k is even or below 1.
int64_t kernel_size(const char* module, int64_t C, std::optional<int64_t> k);

}  // namespace eca
