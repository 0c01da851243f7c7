// check_image_is_whole: walks the segments of a JPEG (ITU T.81, annex B) or the chunks of a PNG
// (RFC 2083, section 3.2).
#include <zlib.h>

#include <cstring>

#include "core/base/error.hpp"
#include "data/images/image_file.hpp"

namespace eca {

static constexpr uint8_t kPngSignature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

// 0xFF followed by one of these is a JPEG marker with a meaning of its own here.
enum JpegMarker : uint8_t {
  kStuffedZero = 0x00,
  kRestart0 = 0xD0,
  kRestart7 = 0xD7,
  kStartOfImage = 0xD8,
  kEndOfImage = 0xD9,
  kStartOfScan = 0xDA
};

// The position of the marker that ends the entropy-coded data beginning at `at`, or the size of the file.
static size_t skip_entropy_coded_data(const std::vector<uint8_t>& bytes, size_t at) {
  for (; at + 1 < bytes.size(); ++at) {
    if (bytes[at] != 0xFF) continue;
    const uint8_t next = bytes[at + 1];
    const bool is_data = next == kStuffedZero || next == 0xFF || (next >= kRestart0 && next <= kRestart7);
    if (!is_data) return at;
  }
  return bytes.size();
}

// A search for the end marker's two bytes would be fooled by a thumbnail inside a metadata segment.
static void check_jpeg(const std::string& path, const std::vector<uint8_t>& bytes) {
  size_t at = 2;
  while (at + 2 <= bytes.size()) {
    const uint8_t marker = bytes[at + 1];
    if (bytes[at] != 0xFF || marker == 0xFF) {  // padding before a marker
      ++at;
      continue;
    }
    if (marker == kEndOfImage) return;
    if (at + 4 > bytes.size()) break;
    at += 2 + (size_t{bytes[at + 2]} << 8 | bytes[at + 3]);
    if (marker == kStartOfScan) at = skip_entropy_coded_data(bytes, at);
  }
  throw FileError(path,
                  "truncated JPEG: no end-of-image marker in its " + std::to_string(bytes.size()) + " bytes");
}

static uint32_t big_endian_32(const uint8_t* p) {
  return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | uint32_t{p[3]};
}

// A chunk is: length of the data (4), type (4), the data, CRC of type and data (4).
static void check_png(const std::string& path, const std::vector<uint8_t>& bytes) {
  size_t at = sizeof kPngSignature;
  while (at + 12 <= bytes.size()) {
    const size_t length = big_endian_32(&bytes[at]);
    if (at + 12 + length > bytes.size()) break;
    const std::string type(reinterpret_cast<const char*>(&bytes[at + 4]), 4);
    const auto crc = crc32(0, &bytes[at + 4], static_cast<unsigned>(4 + length));
    if (crc != big_endian_32(&bytes[at + 8 + length])) {
      throw FileError(
          path, "corrupt PNG: wrong checksum of the chunk \"" + type + "\" at byte " + std::to_string(at));
    }
    if (type == "IEND") return;
    at += 12 + length;
  }
  throw FileError(path, "truncated PNG: no IEND chunk in its " + std::to_string(bytes.size()) + " bytes");
}

void check_image_is_whole(const std::string& path, const std::vector<uint8_t>& bytes) {
  if (bytes.size() >= 2 && bytes[0] == 0xFF && bytes[1] == kStartOfImage) return check_jpeg(path, bytes);
  if (bytes.size() >= 8 && std::memcmp(bytes.data(), kPngSignature, 8) == 0) return check_png(path, bytes);
  throw FileError(path, bytes.empty() ? "is empty, expected a JPEG or PNG" : "is neither a JPEG nor a PNG");
}

}  // namespace eca
