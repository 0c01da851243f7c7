// Exercise 3. An op of tensors: the leaky ReLU,
//   y = x where x > 0, else slope * x.
// Forward is there; what is missing is the backward of its node. Mind that the slot may ask to assign
// or to add: x may have had other readers, whose share is in dx already.
#pragma once

#include "core/autograd/tape.hpp"

eca::Tensor leaky_relu(const eca::Tensor& x, eca::real slope);
