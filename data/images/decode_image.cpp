#include "data/images/decode_image.hpp"

#include <algorithm>
#include <cctype>

#include "core/base/error.hpp"
#include "data/images/bmp.hpp"
#include "data/images/exif.hpp"
#include "data/images/jpeg.hpp"
#include "data/images/png.hpp"
#include "data/images/pnm.hpp"
#include "data/images/tga.hpp"

namespace eca {

static bool ends_with_tga(std::string path) {
  std::transform(path.begin(), path.end(), path.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return path.ends_with(".tga");
}

// "a GIF", of formats that are not read; "" if the first bytes are those of none.
static std::string other_format(std::span<const uint8_t> bytes) {
  const std::string start(bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(bytes.size(), 24)));
  const auto has = [&](size_t at, const std::string& text) {
    return start.size() >= at && start.compare(at, text.size(), text) == 0;
  };
  if (has(0, "GIF8")) return "a GIF";
  if (has(0, "RIFF") && has(8, "WEBP")) return "a WebP";
  if (has(0, std::string("II*\0", 4)) || has(0, std::string("MM\0*", 4))) return "a TIFF";
  if (has(4, "ftypavif")) return "an AVIF";
  if (has(4, "ftyphei") || has(4, "ftypmif1")) return "a HEIC";
  if (has(0, "P1") || has(0, "P2") || has(0, "P3") || has(0, "P4") || has(0, "P7"))
    return "a PNM of the kind " + start.substr(0, 2);
  if (has(0, "version https://git-lfs")) return "a pointer of git-lfs (`git lfs pull` fetches the file)";
  return "";
}

static Image decode(const std::string& path, std::span<const uint8_t> bytes) {
  if (is_jpeg(bytes)) return decode_jpeg(path, bytes);
  if (is_png(bytes)) return decode_png(path, bytes);
  if (is_bmp(bytes)) return decode_bmp(path, bytes);
  if (is_pnm(bytes)) return decode_pnm(path, bytes);
  const std::string expected = "expected a JPEG, PNG, BMP, TGA, or binary PGM or PPM";
  if (bytes.empty()) throw FileError(path, "is empty, " + expected);
  const std::string other = other_format(bytes);
  if (other.empty() && ends_with_tga(path)) return decode_tga(path, bytes);
  throw FileError(path, (other.empty() ? "is no image that can be read" : "is " + other) + ", " + expected);
}

Image decode_image(const std::string& path, std::span<const uint8_t> bytes, bool exif) {
  Image image = decode(path, bytes);
  return exif ? upright(std::move(image)) : image;
}

}  // namespace eca
