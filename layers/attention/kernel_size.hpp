// How many neighbouring channels an ECA module looks at: the option k that all of them have.
#pragma once

#include <cstdint>

#include "layers/attention/attention_kind.hpp"

namespace eca {

// The two constants of the paper's rule, C = 2^(gamma k - b).
struct AdaptiveRule {
  int64_t gamma = 2;
  int64_t b = 1;
};

// k of the paper's rule for C channels: the odd number nearest to (log2(C) + b) / gamma, ties going up.
//   t = int(|log2(C)/gamma + b/gamma|)        k = t if t is odd, else t + 1
//   C 1-7 -> 1, 8-127 -> 3, 128-2047 -> 5, 2048-32767 -> 7          gamma 2, b 1
// Source: ECA-Net, arXiv 1910.03151v4, eq. 12, and models/eca_module.py of its official code.
// Throws Error if C < 1, gamma < 1 or b < 0.
int64_t adaptive_kernel_size(int64_t C, AdaptiveRule rule = {});

// k=ODD|adaptive (adaptive), for the entry of a module.
AttentionOption kernel_size_option();
// What it says for C channels. Throws Error if k is even or below 1, and as adaptive_kernel_size does.
int64_t kernel_size(AttentionOptions& options, int64_t C, AdaptiveRule rule = {});

}  // namespace eca
