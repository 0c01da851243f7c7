// What the pixels of one channel say of it, beyond their mean. Everywhere x is (N,HW,C).
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// y[n,c] = max_p x[n,p,c]          y (N,C); NaN wins
void global_max_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = dy[n,c] at the first p with x[n,p,c] = y[n,c], else 0
void global_max_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW,
                        int64_t C);

// y[n,c] = sqrt(sum_p x[n,p,c]^2 + eps)          y (N,C)
void l2_pool_forward(real* y, const real* x, double eps, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = dy[n,c] * x[n,p,c] / y[n,c]
void l2_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW, int64_t C);

// u[n,2c]   = m[n,c]  = 1/HW sum_p x[n,p,c]                                       u (N,2C)
// u[n,2c+1] = sd[n,c] = sqrt(1/(HW-1) sum_p (x[n,p,c] - m[n,c])^2 + eps)          HW > 1
void mean_std_pool_forward(real* u, const real* x, double eps, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = du[n,2c] / HW + du[n,2c+1] * (x[n,p,c] - m[n,c]) / ((HW-1) * sd[n,c])
void mean_std_pool_dx(GradSlot dx, const real* du, const real* x, const real* u, int64_t N, int64_t HW,
                      int64_t C);

// d[n,p,c] = x[n,p,c] - mean[n,c]                         mean[n,c] = 1/HW sum_p x[n,p,c]
// v[n,c]   = 1/(HW-1) sum_p d[n,p,c]^2 + lambda           HW > 1
// e[n,p,c] = d[n,p,c]^2 / (4 * v[n,c]) + 1/2
void simam_energy_forward(real* e, real* mean, real* v, const real* x, double lambda, int64_t N, int64_t HW,
                          int64_t C);
//   A[n,c]    = sum_p de[n,p,c] * d[n,p,c]^2
//   B[n,c]    = sum_p de[n,p,c] * d[n,p,c]
//   dx[n,p,c] = (d[n,p,c] * (de[n,p,c] - A[n,c] / ((HW-1) * v[n,c])) - B[n,c] / HW) / (2 * v[n,c])
void simam_energy_dx(GradSlot dx, const real* de, const real* x, const real* mean, const real* v, int64_t N,
                     int64_t HW, int64_t C);

// On a GPU, of arrays that lie there.
void global_max_pool_forward_cuda(real* y, const real* x, int64_t N, int64_t HW, int64_t C);
void global_max_pool_dx_cuda(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW,
                             int64_t C);
void l2_pool_forward_cuda(real* y, const real* x, double eps, int64_t N, int64_t HW, int64_t C);
void mean_std_pool_forward_cuda(real* u, const real* x, double eps, int64_t N, int64_t HW, int64_t C);
void simam_energy_forward_cuda(real* e, real* mean, real* v, const real* x, double lambda, int64_t N,
                               int64_t HW, int64_t C);
void simam_energy_dx_cuda(GradSlot dx, const real* de, const real* x, const real* mean, const real* v,
                          int64_t N, int64_t HW, int64_t C);

}  // namespace eca::kernels
