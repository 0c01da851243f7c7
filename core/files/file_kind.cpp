#include "core/files/file_kind.hpp"

#include <algorithm>
#include <cctype>

namespace eca {

using namespace std::string_view_literals;

namespace {

constexpr const char* kPyTorch =
    "is a PyTorch file (.pth, .pt): convert it first, "
    "`python experiments/convert_pytorch.py IN.pth OUT.safetensors`";

struct Magic {
  std::string_view bytes;
  const char* description;
};

// torch.save writes a zip archive, or before version 1.6 pickles: protocol 2 (80 02), of which the first is the long
// integer (8a, 10 bytes) that marks the format.
constexpr Magic kMagics[] = {
    {"PK\3\4"sv, kPyTorch},
    {"\x80\x02"sv, kPyTorch},
    {"version https://git-lfs"sv,
     "is a pointer of git-lfs, not the file itself: fetch it with `git lfs pull`, or download it from the "
     "web page"},
    {"\x1f\x8b"sv, "is compressed by gzip: unpack it first"},
    {"\x93NUMPY"sv, "is a NumPy array, expected safetensors"},
    {"\x89HDF\r\n\x1a\n"sv, "is an HDF5 file (Keras), expected safetensors"},
    {"\x89PNG\r\n\x1a\n"sv, "is a PNG image, expected safetensors"},
    {"\xff\xd8\xff"sv, "is a JPEG image, expected safetensors"},
};

bool is_html(std::string_view bytes) {
  while (!bytes.empty() && std::isspace(static_cast<unsigned char>(bytes.front())) != 0)
    bytes.remove_prefix(1);
  std::string start(bytes.substr(0, 14));
  std::transform(start.begin(), start.end(), start.begin(), [](unsigned char c) { return std::tolower(c); });
  return start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<?xml");
}

bool is_tar(std::string_view bytes) { return bytes.size() >= 262 && bytes.substr(257, 5) == "ustar"; }

}  // namespace

std::string describe_foreign_file(std::string_view first_bytes) {
  for (const Magic& magic : kMagics) {
    if (first_bytes.starts_with(magic.bytes)) return magic.description;
  }
  if (is_html(first_bytes)) {
    return "is a web page (HTML), not the file itself: download it again, by the link of the file and not of "
           "its page";
  }
  if (is_tar(first_bytes)) return "is a tar archive: unpack it first";
  return "";
}

}  // namespace eca
