// What batch norm works out once for each channel. All arrays are (C). The plain loop is the whole kernel, so there is no fast twin.
// The formulas, with their source: core/kernels/batch_norm/batch_norm.hpp.
#pragma once

#include <cstdint>

#include "core/kernels/batch_norm/batch_norm.hpp"

namespace eca::kernels {

// inv_std[c] = 1 / sqrt(var[c] + eps)
void inverse_std(real* inv_std, const real* var, double eps, int64_t C);

// running[c] = (1 - momentum) * running[c] + momentum * correction * batch[c]
void update_running(real* running, const real* batch, double momentum, double correction, int64_t C);

// *batches = *batches + 1
void count_batch(real* batches);

// Batch norm as one multiplication and one addition:
//   gamma * (x - mean) * inv_std + beta = scale * x + offset
//   scale[c]  = gamma[c] * inv_std[c]
//   offset[c] = beta[c] - scale[c] * mean[c]
void batch_norm_affine(real* scale, real* offset, BatchNormChannels ch, int64_t C);

}  // namespace eca::kernels
