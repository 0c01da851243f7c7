// CRC-32C, the checksum of event files.
#pragma once

#include <cstdint>
#include <string_view>

namespace eca {

// The cyclic redundancy check of Castagnoli's polynomial (RFC 3720, appendix B.4).
uint32_t crc32c(std::string_view bytes);

// As it is stored beside the bytes that it is of, so that a CRC of data that hold CRCs is not a special one.
uint32_t masked_crc32c(std::string_view bytes);

}  // namespace eca
