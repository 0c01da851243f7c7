// The bytes of an image file from front to back; asking for more than there are is an error.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/base/error.hpp"

namespace eca {

class ByteReader {
 public:
  // `format`, for messages: "BMP".
  ByteReader(std::string path, std::string format, std::span<const uint8_t> bytes)
      : path_(std::move(path)), format_(std::move(format)), bytes_(bytes) {}

  // The next n bytes. All readers throw FileError if there are fewer.
  std::span<const uint8_t> take(size_t n) {
    if (n > bytes_.size() - at_) {
      throw FileError(path_, "is a truncated " + format_ + ": expected " + std::to_string(n) +
                                 " bytes at byte " + std::to_string(at_) + ", found " +
                                 std::to_string(bytes_.size() - at_));
    }
    at_ += n;
    return bytes_.subspan(at_ - n, n);
  }
  uint8_t u8() { return take(1)[0]; }
  // Unsigned, little-endian.
  uint32_t little(size_t n) {
    const std::span<const uint8_t> field = take(n);
    uint32_t value = 0;
    for (size_t i = n; i-- > 0;) value = value << 8 | field[i];
    return value;
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    throw FileError(path_, "cannot be read as a " + format_ + ": " + problem);
  }

 private:
  std::string path_, format_;
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

}  // namespace eca
