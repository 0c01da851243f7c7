// The arithmetic of attention that tells pixels apart.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

// y[n,p,0] = max_c x[n,p,c]                x (N,HW,C)   y (N,HW,2); NaN wins
// y[n,p,1] = 1/C sum_c x[n,p,c]
void channel_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = dy[n,p,1] / C                  and + dy[n,p,0] at the first c with x[n,p,c] = y[n,p,0]
void channel_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW,
                     int64_t C);

// y[n,p,c] = x[n,p,c] * s[n,p]          x,y (N,HW,C)   s (N,HW)
void scale_pixels_forward(real* y, const real* x, const real* s, int64_t N, int64_t HW, int64_t C);
//   dx[n,p,c] = dy[n,p,c] * s[n,p]
void scale_pixels_dx(GradSlot dx, const real* dy, const real* s, int64_t N, int64_t HW, int64_t C);
//   ds[n,p] = sum_c dy[n,p,c] * x[n,p,c]
void scale_pixels_ds(GradSlot ds, const real* dy, const real* x, int64_t N, int64_t HW, int64_t C);

// The means of the rows, then those of the columns:          x (N,H,W,C)   u (N,H+W,C)
//   u[n,h,c]   = 1/W sum_w x[n,h,w,c]
//   u[n,H+w,c] = 1/H sum_h x[n,h,w,c]
void strip_pool_forward(real* u, const real* x, int64_t N, int64_t H, int64_t W, int64_t C);
//   dx[n,h,w,c] = du[n,h,c] / W + du[n,H+w,c] / H
void strip_pool_dx(GradSlot dx, const real* du, int64_t N, int64_t H, int64_t W, int64_t C);

// y[n,h,w,c] = x[n,h,w,c] * a[n,h,c] * b[n,w,c]          x,y (N,H,W,C)   a (N,H,C)   b (N,W,C)
void scale_strips_forward(real* y, const real* x, const real* a, const real* b, int64_t N, int64_t H,
                          int64_t W, int64_t C);
//   dx[n,h,w,c] = dy[n,h,w,c] * a[n,h,c] * b[n,w,c]
void scale_strips_dx(GradSlot dx, const real* dy, const real* a, const real* b, int64_t N, int64_t H,
                     int64_t W, int64_t C);
//   da[n,h,c] = sum_w dy[n,h,w,c] * x[n,h,w,c] * b[n,w,c]
void scale_strips_da(GradSlot da, const real* dy, const real* x, const real* b, int64_t N, int64_t H,
                     int64_t W, int64_t C);
//   db[n,w,c] = sum_h dy[n,h,w,c] * x[n,h,w,c] * a[n,h,c]
void scale_strips_db(GradSlot db, const real* dy, const real* x, const real* a, int64_t N, int64_t H,
                     int64_t W, int64_t C);

// Each pixel of y (N,H,W,C) is that of x (N,h,w,C) at the same place, rounded down:
//   y[n,i,j,c] = x[n, i*h/H, j*w/W, c]
void upsample_nearest_forward(real* y, const real* x, int64_t N, int64_t h, int64_t w, int64_t H, int64_t W,
                              int64_t C);
//   dx[n,k,l,c] = sum_{i,j: i*h/H = k, j*w/W = l} dy[n,i,j,c]
void upsample_nearest_dx(GradSlot dx, const real* dy, int64_t N, int64_t h, int64_t w, int64_t H, int64_t W,
                         int64_t C);

// On a GPU, of arrays that lie there.
void strip_pool_forward_cuda(real* u, const real* x, int64_t N, int64_t H, int64_t W, int64_t C);
void scale_strips_da_cuda(GradSlot da, const real* dy, const real* x, const real* b, int64_t N, int64_t H,
                          int64_t W, int64_t C);
void scale_strips_db_cuda(GradSlot db, const real* dy, const real* x, const real* a, int64_t N, int64_t H,
                          int64_t W, int64_t C);
void upsample_nearest_dx_cuda(GradSlot dx, const real* dy, int64_t N, int64_t h, int64_t w, int64_t H,
                              int64_t W, int64_t C);

}  // namespace eca::kernels
