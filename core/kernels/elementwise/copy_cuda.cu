#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/memory/device_copy.hpp"

namespace eca::kernels {

void permute_columns_cuda(real* y, const real* x, const int64_t* order, int64_t N, int64_t C) {
  const DeviceCopy<int64_t> copied(order, C);
  const int64_t* from = copied.data();
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t i) { y[n * C + i] = x[n * C + from[i]]; });
}

void permute_columns_dx_cuda(GradSlot dx, const real* dy, const int64_t* order, int64_t N, int64_t C) {
  const DeviceCopy<int64_t> copied(order, C);
  const int64_t* to = copied.data();
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t i) { dx.write(n * C + to[i], dy[n * C + i]); });
}

}  // namespace eca::kernels
