#include "layers/attention/kernel_size.hpp"

#include <bit>
#include <string>

#include "core/base/error.hpp"

namespace eca {

// In integers, since a number and its floor have the same whole multiples of gamma below them:
//   t = floor((log2(C) + b) / gamma)
//     = floor((floor(log2(C)) + b) / gamma)
int64_t adaptive_kernel_size(int64_t C, AdaptiveRule rule) {
  if (C < 1) throw Error("eca: adaptive kernel size for C = " + std::to_string(C) + ", expected at least 1");
  if (rule.gamma < 1) throw Error("eca: gamma = " + std::to_string(rule.gamma) + ", expected at least 1");
  if (rule.b < 0) throw Error("eca: b = " + std::to_string(rule.b) + ", expected at least 0");
  const int64_t floor_log2 = std::bit_width(static_cast<uint64_t>(C)) - 1;
  const int64_t t = (floor_log2 + rule.b) / rule.gamma;
  return t % 2 == 1 ? t : t + 1;
}

AttentionOption kernel_size_option() {
  return {"k", "ODD|adaptive", "adaptive", "channels that a channel looks at"};
}

int64_t kernel_size(AttentionOptions& options, int64_t C, AdaptiveRule rule) {
  return options.word("k") == "adaptive" ? adaptive_kernel_size(C, rule) : options.odd("k");
}

}  // namespace eca
