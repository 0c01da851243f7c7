#include "core/files/safetensors.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/shape.hpp"
#include "core/files/safetensors_format.hpp"

namespace eca {

const char* to_string(Dtype dtype) {
  switch (dtype) {
    case Dtype::f32:
      return "F32";
    case Dtype::f64:
      return "F64";
    case Dtype::i64:
      return "I64";
  }
  throw Error("dtype: no such value");
}

int64_t size_of(Dtype dtype) { return dtype == Dtype::f32 ? 4 : 8; }

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

template <class T>
static std::vector<T> values_of(const FileTensor& tensor) {
  std::vector<T> values(static_cast<size_t>(tensor.numel()));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
  return values;
}

template <class T>
static std::vector<real> rounded(const std::vector<T>& values) {
  std::vector<real> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(),
                 [](T value) { return static_cast<real>(value); });
  return result;
}

std::vector<real> FileTensor::reals() const {
  switch (dtype) {
    case Dtype::f32:
      return rounded(values_of<float>(*this));
    case Dtype::f64:
      return rounded(values_of<double>(*this));
    case Dtype::i64:
      return rounded(values_of<int64_t>(*this));
  }
  throw Error("dtype: no such value");
}

std::vector<int64_t> FileTensor::integers() const {
  if (dtype != Dtype::i64)
    throw Error(std::string("file tensor: expected dtype I64, found ") + to_string(dtype));
  return values_of<int64_t>(*this);
}

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
