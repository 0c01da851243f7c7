#include "core/kernels/batch_norm/channel_values.hpp"

#include <cmath>

#include "core/kernels/common/for_each_index.hpp"

namespace eca::kernels {

void inverse_std(real* inv_std, const real* var, double eps, int64_t C) {
  for_each_index(C, [=] ECA_DEVICE(int64_t c) {
    inv_std[c] = static_cast<real>(1 / std::sqrt(static_cast<double>(var[c]) + eps));
  });
}

void update_running(real* running, const real* batch, double momentum, double correction, int64_t C) {
  for_each_index(C, [=] ECA_DEVICE(int64_t c) {
    running[c] = static_cast<real>((1 - momentum) * static_cast<double>(running[c]) +
                                   momentum * correction * static_cast<double>(batch[c]));
  });
}

void count_batch(real* batches) {
  for_each_index(1, [=] ECA_DEVICE(int64_t) { *batches += 1; });
}

void batch_norm_affine(real* scale, real* offset, BatchNormChannels ch, int64_t C) {
  for_each_index(C, [=] ECA_DEVICE(int64_t c) {
    scale[c] = ch.gamma[c] * ch.inv_std[c];
    offset[c] = ch.beta[c] - scale[c] * ch.mean[c];
  });
}

}  // namespace eca::kernels
