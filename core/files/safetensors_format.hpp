// What the reader and the writer of safetensors files must agree on. See core/files/safetensors.hpp.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/files/safetensors.hpp"

namespace eca::safetensors {

static_assert(std::endian::native == std::endian::little,
              "arrays are copied to and from the file as they are");

inline constexpr const char* kMetadata = "__metadata__";
inline constexpr const char* kChecksum = "sha256";
inline constexpr const char* kFormat = "ecagrad_format";
inline constexpr const char* kFormatVersion = "1";
inline constexpr uint64_t kMaxHeader = 100'000'000;  // bytes; the limit of the reference implementation

// numel * size_of(dtype), or nothing if that is more than an int64_t holds.
std::optional<int64_t> byte_count(const std::vector<int64_t>& shape, Dtype dtype);

}  // namespace eca::safetensors
