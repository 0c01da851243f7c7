#include "data/sets/held_out.hpp"

#include <cmath>
#include <cstdint>

#include "core/base/error.hpp"
#include "core/files/sha256.hpp"

namespace eca {

bool is_held_out(std::string_view name, double share) {
  constexpr int kHexDigits = 16;  // 64 bits
  const uint64_t bits = std::stoull(sha256_hex(name).substr(0, kHexDigits), nullptr, 16);
  return std::ldexp(static_cast<double>(bits), -64) < share;
}

void check_held_out_share(const std::string& data_set, double share) {
  if (share >= 0 && share < 1) return;
  throw Error(data_set + ": test = " + std::to_string(share) +
              ", expected a share of the images, 0 <= test < 1");
}

}  // namespace eca
