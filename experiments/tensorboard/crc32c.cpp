#include "experiments/tensorboard/crc32c.hpp"

#include <array>

namespace eca {

// What one byte does to the remainder: bits are taken from the lowest on, so the polynomial stands reversed.
static constexpr std::array<uint32_t, 256> kOfByte = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82F63B78U : 0U);
    table[byte] = remainder;
  }
  return table;
}();

uint32_t crc32c(std::string_view bytes) {
  uint32_t remainder = 0xFFFFFFFFU;
  for (const char byte : bytes)
    remainder = (remainder >> 8) ^ kOfByte[(remainder ^ static_cast<unsigned char>(byte)) & 0xFF];
  return ~remainder;
}

uint32_t masked_crc32c(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

}  // namespace eca
