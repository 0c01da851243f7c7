// Tensor: a contiguous array of `real` with a shape, a name and, if asked for, a gradient.
// Copies share the array, the name and the gradient. There are no strided views.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/autograd/gradient.hpp"
#include "core/base/real.hpp"
#include "core/base/shape.hpp"
#include "core/memory/storage.hpp"

namespace eca {

// On an undefined tensor all but defined() and requires_grad() throw Error, and so does what reads values on one
// that is not stored; data() of a variable in debug builds only, since loops call it.
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
  const Shape& shape() const { return body().shape; }
  int64_t dim(int i) const { return body().shape.dim(i); }
  int64_t rank() const { return body().shape.rank(); }
  int64_t numel() const { return body().shape.numel(); }

  // The array, for kernels and for whoever fills a new tensor: it lies where the kernel mode computes. A write through it, or through at(), goes unseen:
  // into a tensor that a tape has saved it gives wrong gradients in silence. write_in_place() makes that an error.
  real* data() & { return array_in_loop().data; }
  const real* data() const& { return array_in_loop().data; }
  real* data() && { return array().data; }  // of what a function hands out, x.grad().data()
  // Bounds-checked element access, for debugging and tests. Throws ShapeError, and Error for one to write to on a GPU.
  real& at(std::initializer_list<int64_t> index);
  real at(std::initializer_list<int64_t> index) const;
  // The value of a tensor of one element. Throws ShapeError otherwise.
  real item() const;
  // All values, copied to the host; and back, for whoever changes values the tape may have saved: counts the write. Throws
  // ShapeError if there are not numel() of them.
  std::vector<real> values() const;
  void assign(std::span<const real> values);
  // The array, for whoever changes values the tape may have saved (optimisers, loading weights); counts the write.
  real* write_in_place();
  const StoragePtr& storage() const { return body().storage; }  // null if unstored

  // Whether nothing else refers to this tensor or its array, so that its last reader may write over it.
  bool is_last_reference() const { return body_.use_count() == 1 && body_->storage.use_count() == 1; }

  const std::string& name() const { return body().name; }
  Tensor& set_name(const std::string& name);

  bool requires_grad() const { return body_ != nullptr && body_->gradient != nullptr; }
  Tensor& set_requires_grad(bool on = true);
  // dLoss/d(this) after a backward walk; undefined if none reached it. Shares the gradient's array.
  Tensor grad() const;
  // Forgets the gradient: the next backward assigns it. Keeps the memory.
  void clear_grad();
  const GradientPtr& gradient() const { return body().gradient; }  // null: no gradient wanted

 private:
  struct Body {
    Shape shape;
    StoragePtr storage;
    std::string name;
    GradientPtr gradient;  // null: no gradient wanted
  };
  Body& body() const {
    if (body_ == nullptr) refuse_undefined();
    return *body_;
  }
  Storage& array() const {
    if (body().storage == nullptr) refuse_unstored();
    return *body_->storage;
  }
#ifdef ECA_CHECK_DATA  // in debug builds, and where the processor plays the GPU
  Storage& array_in_loop() const {
    if (array().place != place_of_results()) refuse_place();
    return array();
  }
#else
  Storage& array_in_loop() const { return *body_->storage; }
#endif
  int64_t offset_of(std::initializer_list<int64_t> index) const;
  [[noreturn]] static void refuse_undefined();
  [[noreturn]] void refuse_unstored() const;
  [[noreturn]] void refuse_place() const;

  std::shared_ptr<Body> body_;
};

// 'Tensor "conv1.weight" (3,3,3,16) min -0.42 max 0.39 nan 0 grad no', for print-debugging and for debuggers without
// the gdb printer: `call (const char*) eca::tensor_str(x)`. The text lives until the next call on this thread.
const char* tensor_str(const Tensor& tensor);

}  // namespace eca
