#include "core/files/safetensors.hpp"

#include <algorithm>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/shape.hpp"
#include "core/files/safetensors_format.hpp"

namespace eca {

std::optional<int64_t> safetensors::byte_count(const std::vector<int64_t>& shape, Dtype dtype) {
  int64_t bytes = size_of(dtype);
  for (const int64_t extent : shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) return std::nullopt;
  }
  return bytes;
}

template <class T>
static FileTensor copied(Dtype dtype, const std::vector<int64_t>& shape, std::span<const T> values) {
  if (std::ssize(values) != Shape(shape).numel()) {
    throw ShapeError("file tensor: " + std::to_string(values.size()) + " values for shape " +
                     Shape(shape).str());
  }
  const std::span<const std::byte> bytes = std::as_bytes(values);
  return {dtype, shape, {bytes.begin(), bytes.end()}};
}

FileTensor FileTensor::of(const std::vector<int64_t>& shape, std::span<const float> values) {
  return copied(Dtype::f32, shape, values);
}

FileTensor FileTensor::of(const std::vector<int64_t>& shape, std::span<const double> values) {
  return copied(Dtype::f64, shape, values);
}

FileTensor FileTensor::of(const std::vector<int64_t>& shape, std::span<const int64_t> values) {
  return copied(Dtype::i64, shape, values);
}

int64_t FileTensor::numel() const { return static_cast<int64_t>(bytes.size()) / size_of(dtype); }

std::vector<real> FileTensor::reals() const { return reals_of(dtype, bytes); }

std::vector<int64_t> FileTensor::integers() const { return integers_of(dtype, bytes); }

// How much of two names is the same: their common beginning and their common end. A prefix too many or too few
// ("module."), a typing error and another number of a layer all leave most of a name as it is.
static size_t likeness(const std::string& a, const std::string& b) {
  const size_t shorter = std::min(a.size(), b.size());
  const auto front = static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first -
      a.begin());
  const auto rest = static_cast<std::ptrdiff_t>(shorter - front);
  const auto back =
      static_cast<size_t>(std::mismatch(a.rbegin(), a.rbegin() + rest, b.rbegin()).first - a.rbegin());
  return front + back;
}

const FileTensor& TensorFile::at(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found != tensors.end()) return found->second;

  std::vector<std::string> names;
  for (const auto& [other, tensor] : tensors) names.push_back(other);
  std::stable_sort(names.begin(), names.end(), [&name](const std::string& a, const std::string& b) {
    return likeness(a, name) > likeness(b, name);
  });
  std::string text = "no tensor \"" + name + "\" among its " + std::to_string(names.size());
  for (size_t i = 0; i < std::min<size_t>(names.size(), 3); ++i) {
    text += (i == 0 ? "; most alike: \"" : ", \"") + names[i] + "\"";
  }
  throw FileError(path, text);
}

}  // namespace eca
