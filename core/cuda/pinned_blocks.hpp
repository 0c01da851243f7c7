// Which memory of the host is pinned. For those who hand it out and those who ask.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>

namespace eca::cuda {

// Where each block of allocate_pinned() begins, and its bytes.
inline std::map<const char*, int64_t>& pinned_blocks() {
  static auto* blocks =
      new std::map<const char*, int64_t>;  // never destroyed: arrays of static lifetime outlive it
  return *blocks;
}

// Whether the address lies in one of them.
inline bool is_pinned(const void* address) {
  const auto* at = static_cast<const char*>(address);
  const auto next = pinned_blocks().upper_bound(at);
  if (next == pinned_blocks().begin()) return false;
  const auto& [begin, bytes] = *std::prev(next);
  return at < begin + bytes;
}

}  // namespace eca::cuda
