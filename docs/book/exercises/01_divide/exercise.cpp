#include "docs/book/exercises/01_divide/task.hpp"

namespace scalar {

// Value {y, where a was made, dy/da, where b was made, dy/db}: the derivatives are still missing.
Value operator/(Value a, Value b) { return {a.x / b.x, a.step, 0, b.step, 0}; }

Value exp(Value a) { return {std::exp(a.x), a.step, 0}; }

}  // namespace scalar
