// Gradient: dLoss/dTensor of one tensor, and the answer to "whose array is it?". Gradients are written by nodes as
// the tape is walked; arrays are shared where they can be and copied where they must:
//
//   who writes       the gradient has               then
//   slot()           no array                       takes a new one, to assign
//                    an array, untouched            assigns into it; into a new one if others hold it
//                    an array, touched              adds to it; to a copy if others hold it
//   slot_over(dy)    no array, nobody reads dy on   takes dy's, to assign over it
//                    anything else                  as slot()
//   pass(dy)         no array                       shares dy's
//                    an array                       as slot(), and copies or adds dy
//
// "Others" are the gradients that share the array through pass(), and whoever keeps x.grad(). Nobody reads dy on
// where the walk has given its only reference away with dy: see Tape::walk.
#pragma once

#include <memory>
#include <string>

#include "core/base/shape.hpp"
#include "core/kernels/common/grad_slot.hpp"
#include "core/memory/storage.hpp"

namespace eca {

class Tensor;

// It outlives the tensor's own array: nodes of the tape hold the gradients of their inputs, and only those arrays
// they saved.
struct Gradient {
  Shape shape;
  std::string name;      // of the tensor it belongs to
  StoragePtr storage;    // null until the first backward that touches it
  bool touched = false;  // false: the next writer assigns; true: it adds
  bool of_op = false;    // of what an op put out, not of a parameter: the walk reads it on

  // Where a node writes its share.
  GradSlot slot();
  // The same for an op that works value by value, whose kernel reads dy[k] before it writes the gradient's element k.
  GradSlot slot_over(const Tensor& dy);
  // The share is dy itself, as in add and reshape.
  void pass(const Tensor& dy);

  // Takes an array now, for the first writer to assign. One that lives long then lies among others that do, and not
  // where a map was for a moment.
  void reserve();
  // The next writer assigns. Keeps the array.
  void clear() { touched = false; }
  // The next writer assigns. Lets the array go.
  void release();
};
using GradientPtr = std::shared_ptr<Gradient>;

// An array of x's shape for an op that works value by value and is the last to read x: x's own where nothing else
// refers to it and no tape records, so that nobody reads it on.
Tensor over(const Tensor& x);

}  // namespace eca
