// Checks at op entry, and the one formatter of shape errors:
//
//   conv2d: channels of x do not match channels of w
//     x  (128,32,32,3)  N,H,W,C    "input"                  C = 3
//     w  (3,3,16,16)    KH,KW,I,O  "layer1.0.conv1.weight"  I = 16
//     in layer1.0.conv1, op #7 of this forward pass
//
// They run before any allocation or arithmetic, in release builds too.
#pragma once

#include <string>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "core/base/error.hpp"

namespace eca {

// One line of a shape error.
struct Operand {
  const char* role;  // "x"
  Tensor tensor;
  const char* axes;       // "N,H,W,C"
  std::string note = "";  // the offending value, "C = 3"
};

// Throws ShapeError: "<op>: <rule>", one line per operand, and where.
[[noreturn]] void shape_error(const char* op, const std::string& rule, const std::vector<Operand>& operands);

// Throws ShapeError if x is undefined; it may have any shape.
void check_defined(const char* op, const char* role, const Tensor& x);
// Throws ShapeError unless x is defined and has as many axes as `axes` has letters.
void check_rank(const char* op, const char* role, const Tensor& x, const char* axes);
// Throws ShapeError unless x has exactly this shape.
void check_shape(const char* op, const char* role, const Tensor& x, const Shape& expected, const char* axes);

}  // namespace eca
