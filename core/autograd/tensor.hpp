// Tensor: a contiguous array of `real` with a shape, a name and, if asked for, a gradient.
// Copies share the array, the name and the gradient. There are no strided views.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "core/base/real.hpp"
#include "core/base/shape.hpp"
#include "core/memory/storage.hpp"

namespace eca {

// The gradient of one tensor, dLoss/dTensor. It outlives the tensor's own array: nodes of the tape hold the
// gradients of their inputs, and only those arrays they saved.
struct Gradient {
  Shape shape;
  std::string name;      // of the tensor it belongs to
  StoragePtr storage;    // null until the first backward that touches it
  bool touched = false;  // false: the next writer assigns; true: it adds
};
using GradientPtr = std::shared_ptr<Gradient>;

class Tensor {
 public:
  Tensor() = default;                       // undefined
  static Tensor empty(const Shape& shape);  // uninitialised
  static Tensor full(const Shape& shape, real value);
  static Tensor zeros(const Shape& shape) { return full(shape, 0); }
  // Throws ShapeError if the number of values is not shape.numel().
  static Tensor from(const Shape& shape, const std::vector<real>& values);
  // Another shape over the same array. Not recorded on the tape: see reshape() in core/ops/reshape.hpp.
  static Tensor sharing(const StoragePtr& storage, const Shape& shape, const std::string& name);

  // Has a shape, and on a tape a gradient, but no array: its values are worked out by whoever reads what it is
  // made of.
  static Tensor unstored(const Shape& shape) { return sharing(nullptr, shape, ""); }

  bool defined() const { return body_ != nullptr; }
  const Shape& shape() const { return body_->shape; }
  int64_t dim(int i) const { return body_->shape.dim(i); }
  int64_t rank() const { return body_->shape.rank(); }
  int64_t numel() const { return body_->shape.numel(); }

  real* data() { return body_->storage->data; }
  const real* data() const { return body_->storage->data; }
  // Bounds-checked element access, for debugging and tests. Throws ShapeError.
  real& at(std::initializer_list<int64_t> index);
  real at(std::initializer_list<int64_t> index) const { return const_cast<Tensor*>(this)->at(index); }
  // The value of a tensor of one element. Throws ShapeError otherwise.
  real item() const;
  std::vector<real> values() const { return {data(), data() + numel()}; }
  // The array, for whoever changes values the tape may have saved (optimisers, loading weights); counts the write.
  real* write_in_place();
  const StoragePtr& storage() const { return body_->storage; }  // null if unstored

  // Whether nothing else refers to this tensor or its array, so that its last reader may write over it.
  bool is_last_reference() const { return body_.use_count() == 1 && body_->storage.use_count() == 1; }

  const std::string& name() const { return body_->name; }
  Tensor& set_name(const std::string& name);

  bool requires_grad() const { return body_ != nullptr && body_->gradient != nullptr; }
  Tensor& set_requires_grad(bool on = true);
  // dLoss/d(this) after a backward walk; undefined if none reached it. Shares the gradient's array.
  Tensor grad() const;
  // Gives the gradient its array now, for the first backward to assign. One that lives long then lies among others
  // that do, and not where a map was for a moment.
  void reserve_grad();
  // Forgets the gradient: the next backward assigns it. Keeps the memory.
  void clear_grad();
  const GradientPtr& gradient() const { return body_->gradient; }

 private:
  struct Body {
    Shape shape;
    StoragePtr storage;
    std::string name;
    GradientPtr gradient;  // null: no gradient wanted
  };
  std::shared_ptr<Body> body_;
};

// 'Tensor "conv1.weight" (3,3,3,16) min -0.42 max 0.39 nan 0 grad no', for print-debugging and debuggers
// without the gdb printer: `call eca::tensor_str(x)`. The text lives until the next call on this thread.
const char* tensor_str(const Tensor& tensor);

}  // namespace eca
