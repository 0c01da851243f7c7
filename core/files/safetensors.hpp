// Named arrays on disk, in the safetensors format that PyTorch and others read and write. Layout of a file:
//
//   8 bytes        length of the header, unsigned, little-endian
//   header         JSON, from '{', padded with spaces
//                    {"__metadata__": {"key": "text", ...},
//                     "conv1.weight": {"dtype": "F32", "shape": [16,3,3,3], "data_offsets": [0,1728]}, ...}
//   data           the arrays, row-major, little-endian; data_offsets count from the start of the data
//
// Specification: https://github.com/huggingface/safetensors#format
//
// The writer is deterministic (equal contents give equal bytes) and adds two entries to the metadata:
//   "ecagrad_format"   1
//   "sha256"           of the header without this entry, as JSON without spaces and with sorted keys, and the data behind
// The reader verifies "sha256" wherever it finds it, and demands it of files with "ecagrad_format". Files of other
// programs have neither, and are read without a checksum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/real.hpp"
#include "core/files/dtype.hpp"

namespace eca {

// One array of a file. Its axes are those of the file, PyTorch's order.
struct FileTensor {
  Dtype dtype = Dtype::f32;
  std::vector<int64_t> shape;    // empty: a scalar
  std::vector<std::byte> bytes;  // numel() * size_of(dtype)

  // Copies values. Throws ShapeError if their number is not that of the shape.
  static FileTensor of(const std::vector<int64_t>& shape, std::span<const float> values);
  static FileTensor of(const std::vector<int64_t>& shape, std::span<const double> values);
  static FileTensor of(const std::vector<int64_t>& shape, std::span<const int64_t> values);

  int64_t numel() const;
  // Values of any dtype, rounded to `real`.
  std::vector<real> reals() const;
  // Exact values of an array of whole numbers. Throws Error for other dtypes.
  std::vector<int64_t> integers() const;

  friend bool operator==(const FileTensor&, const FileTensor&) = default;
};

struct TensorFile {
  std::map<std::string, FileTensor> tensors;
  std::map<std::string, std::string> metadata;  // without the writer's own two entries
  std::string path;                             // where it was read from, for messages
  bool has_checksum = false;                    // set by the reader; the writer always adds one

  // Throws FileError naming the path, the wanted name and the names most like it.
  const FileTensor& at(const std::string& name) const;
};

// Throws FileError with path, expected and found for whatever is not a complete, consistent file: damaged or truncated,
// trailing bytes, overlapping tensors or gaps, duplicate keys, unknown dtypes, a wrong checksum; and names what a file of
// another kind is, see core/files/file_kind.hpp.
TensorFile read_safetensors(const std::string& path);

// Replaces the file as a whole, see core/files/atomic_file.hpp. Throws FileError and then keeps the old file.
void write_safetensors(const std::string& path, const TensorFile& file);

}  // namespace eca
