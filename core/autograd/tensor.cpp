#include "core/autograd/tensor.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/base/error.hpp"
#include "core/kernels/elementwise/copy.hpp"

namespace eca {

Tensor Tensor::empty(const Shape& shape) {
  return sharing(std::make_shared<Storage>(shape.numel()), shape, "");
}

Tensor Tensor::full(const Shape& shape, real value) {
  Tensor tensor = empty(shape);
  kernels::fill(tensor.data(), value, tensor.numel());
  return tensor;
}

Tensor Tensor::from(const Shape& shape, const std::vector<real>& values) {
  if (static_cast<int64_t>(values.size()) != shape.numel()) {
    throw ShapeError("tensor: " + std::to_string(values.size()) + " values for shape " + shape.str() +
                     " of " + std::to_string(shape.numel()));
  }
  Tensor tensor = empty(shape);
  tensor.array().copy_from_host(values.data(), 0, tensor.numel());
  return tensor;
}

Tensor Tensor::sharing(const StoragePtr& storage, const Shape& shape, const std::string& name) {
  Tensor tensor;
  tensor.body_ = std::make_shared<Body>(Body{shape, storage, name, nullptr});
  return tensor;
}

int64_t Tensor::offset_of(std::initializer_list<int64_t> index) const {
  bool inside = static_cast<int64_t>(index.size()) == rank();
  int64_t offset = 0;
  int axis = 0;
  for (const int64_t i : index) {
    if (!inside) break;
    inside = i >= 0 && i < dim(axis);
    offset = offset * dim(axis++) + i;
  }
  if (!inside) {
    std::string text;  // not through Shape, which refuses negative extents and more than 6 axes
    for (const int64_t i : index) text += (text.empty() ? "" : ",") + std::to_string(i);
    throw ShapeError("tensor \"" + name() + "\" " + shape().str() + ": no element (" + text + ")");
  }
  return offset;
}

real& Tensor::at(std::initializer_list<int64_t> index) {
  const int64_t offset = offset_of(index);
  if (array().place == Place::device) {
    throw Error("tensor: \"" + name() + "\" " + shape().str() +
                " lies on the GPU: at() reads its elements where it is const, assign() writes all of them");
  }
  return array().data[offset];
}

real Tensor::at(std::initializer_list<int64_t> index) const {
  real value = 0;
  array().copy_to_host(&value, offset_of(index), 1);
  return value;
}

std::vector<real> Tensor::values() const {
  std::vector<real> values(static_cast<size_t>(numel()));
  array().copy_to_host(values.data(), 0, numel());
  return values;
}

void Tensor::assign(std::span<const real> values) {
  if (std::ssize(values) != numel()) {
    throw ShapeError("tensor \"" + name() + "\" " + shape().str() + ": expected " + std::to_string(numel()) +
                     " values, found " + std::to_string(values.size()));
  }
  ++array().version;
  array().copy_from_host(values.data(), 0, numel());
}

real Tensor::item() const {
  if (numel() != 1)
    throw ShapeError("item: \"" + name() + "\" " + shape().str() + " has not exactly one element");
  real value = 0;
  array().copy_to_host(&value, 0, 1);
  return value;
}

void Tensor::refuse_undefined() {
  throw Error(
      "tensor: undefined, it has neither shape nor values. Tensor() is, and so is grad() before a backward "
      "pass has "
      "reached its tensor");
}

void Tensor::refuse_unstored() const {
  throw Error("tensor: \"" + name() + "\" " + shape().str() +
              " is not stored, it has no values to read: whoever reads it works them out");
}

void Tensor::refuse_place() const {
  const bool on_host = array().place == Place::host;
  throw Error("tensor: \"" + name() + "\" " + shape().str() + " lies " +
              (on_host ? "on the host" : "on the GPU") + ", and the kernels in force compute " +
              (on_host ? "on the GPU" : "on the host") + ": it was made before they were chosen");
}

real* Tensor::write_in_place() {
  Storage& storage = array();
  ++storage.version;
  return storage.data;
}

Tensor& Tensor::set_name(const std::string& name) {
  body().name = name;
  if (body_->gradient) body_->gradient->name = name;
  return *this;
}

Tensor& Tensor::set_requires_grad(bool on) {
  if (!on) body().gradient = nullptr;
  if (on && !body().gradient) {
    body_->gradient = std::make_shared<Gradient>();
    body_->gradient->shape = shape();
    body_->gradient->name = name();
  }
  return *this;
}

Tensor Tensor::grad() const {
  if (!body().gradient || !body_->gradient->touched) return {};
  return sharing(body_->gradient->storage, shape(), "d " + name());
}

void Tensor::clear_grad() {
  if (body().gradient) body_->gradient->clear();
}

// "min -0.42 max 0.39 nan 0"
static std::string range_of(const Tensor& tensor) {
  if (!tensor.storage()) return "not stored";
  if (tensor.numel() == 0) return "no elements";
  real low = std::numeric_limits<real>::infinity(), high = -low;
  int64_t nans = 0;
  for (const real value : tensor.values()) {
    if (std::isnan(value)) {
      ++nans;
    } else {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (nans == tensor.numel()) return "all " + std::to_string(nans) + " nan";
  char range[80];
  std::snprintf(range, sizeof range, "min %g max %g nan %lld", static_cast<double>(low),
                static_cast<double>(high), static_cast<long long>(nans));
  return range;
}

const char* tensor_str(const Tensor& tensor) {
  static thread_local std::string text;
  if (!tensor.defined()) return "Tensor (undefined)";
  text = "Tensor \"" + tensor.name() + "\" " + tensor.shape().str() + " " + range_of(tensor) + " grad " +
         (tensor.requires_grad() ? "yes" : "no");
  return text.c_str();
}

}  // namespace eca
