#include "core/kernels/elementwise/elementwise.hpp"

#include <cmath>

#include "core/kernels/common/for_each_index.hpp"

namespace eca::kernels {

void add_forward(real* y, const real* a, const real* b, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = a[i] + b[i]; });
}

void sub_forward(real* y, const real* a, const real* b, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = a[i] - b[i]; });
}

void mul_forward(real* y, const real* a, const real* b, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = a[i] * b[i]; });
}

void mul_da(GradSlot da, const real* dy, const real* b, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { da.write(i, dy[i] * b[i]); });
}

void scale_forward(real* y, const real* x, real factor, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = factor * x[i]; });
}

void scale_dx(GradSlot dx, const real* dy, real factor, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { dx.write(i, factor * dy[i]); });
}

void relu_forward(real* y, const real* x, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = x[i] < 0 ? 0 : x[i]; });
}

void relu_dx(GradSlot dx, const real* dy, const real* y, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { dx.write(i, y[i] > 0 ? dy[i] : 0); });
}

void relu6_forward(real* y, const real* x, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = x[i] < 0 ? 0 : x[i] > 6 ? 6 : x[i]; });
}

void relu6_dx(GradSlot dx, const real* dy, const real* y, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { dx.write(i, y[i] > 0 && y[i] < 6 ? dy[i] : 0); });
}

void sigmoid_forward(real* y, const real* x, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { y[i] = 1 / (1 + std::exp(-x[i])); });
}

void sigmoid_dx(GradSlot dx, const real* dy, const real* y, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) { dx.write(i, dy[i] * y[i] * (1 - y[i])); });
}

void hard_swish_forward(real* y, const real* x, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) {
    y[i] = x[i] <= -3 ? 0 : x[i] >= 3 ? x[i] : x[i] * (x[i] + 3) / 6;
  });
}

void hard_swish_dx(GradSlot dx, const real* dy, const real* x, int64_t n) {
  for_each_index(n, [=] ECA_DEVICE(int64_t i) {
    const real slope = x[i] <= -3 ? 0 : x[i] >= 3 ? 1 : (2 * x[i] + 3) / 6;
    dx.write(i, dy[i] * slope);
  });
}

}  // namespace eca::kernels
