// What a file is that is none of those expected, told by its first bytes.
#pragma once

#include <string>
#include <string_view>

namespace eca {

// How many bytes of a file tell its kind.
inline constexpr size_t kTellingBytes = 512;

// For files that people take for weights: "is a PyTorch file ...: convert it first with ...", as the middle of a sentence
// that begins with the path; "" where the kind is unknown. PyTorch's formats (.pth, .pt, .bin, old and new), a pointer of
// git-lfs, HTML, gzip, tar, NumPy, HDF5, PNG and JPEG are known.
std::string describe_foreign_file(std::string_view first_bytes);

}  // namespace eca
