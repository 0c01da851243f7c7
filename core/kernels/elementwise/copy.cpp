#include "core/kernels/elementwise/copy.hpp"

#include "core/kernels/common/for_each_index.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca::kernels {

void fill(real* y, real value, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = value; });
}

void copy(GradSlot y, const real* x, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y.write(i, x[i]); });
}

void copy_rows(GradSlot y, int64_t y_stride, const real* x, int64_t x_stride, int64_t R, int64_t C) {
  for_each_index(R, C,
                 [=] ECA_DEVICE(int64_t r, int64_t c) { y.write(r * y_stride + c, x[r * x_stride + c]); });
}

void permute_columns(real* y, const real* x, const int64_t* order, int64_t N, int64_t C) {
  const KernelArray<int64_t> copied(order, C);
  const int64_t* from = copied.data();
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t i) { y[n * C + i] = x[n * C + from[i]]; });
}

void permute_columns_dx(GradSlot dx, const real* dy, const int64_t* order, int64_t N, int64_t C) {
  const KernelArray<int64_t> copied(order, C);
  const int64_t* to = copied.data();
  for_each_index(N, C, [=] ECA_DEVICE(int64_t n, int64_t i) { dx.write(n * C + to[i], dy[n * C + i]); });
}

}  // namespace eca::kernels
