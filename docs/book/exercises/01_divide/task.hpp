// Exercise 1. Two more ops for the scalar tape: division and the exponential. Each computes y and
// records the derivatives of y by what went in, as those of scalar_tape.hpp do. Then anything built of
// them differentiates itself, such as the logistic function 1 / (1 + exp(-x)).
#pragma once

#include "docs/book/scalar_tape.hpp"

namespace scalar {

// y = a / b, b != 0
Value operator/(Value a, Value b);

// y = e^a
Value exp(Value a);

}  // namespace scalar
