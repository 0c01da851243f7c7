#pragma once

#include "layers/batch_norm.hpp"

namespace eca {

// Batch norm as one multiplication and one addition,
//   gamma * (x - mean) * inv_std + beta = scale * x + offset        scale = gamma * inv_std   offset = beta - scale * mean
// with scale and offset (C).
struct Affine {
  Tensor scale, offset;
};
Affine affine(const BatchNormValues& n);

}  // namespace eca
