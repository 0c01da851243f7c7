// im2col: lays the input patch under each output pixel out as one row, so that a convolution becomes a product of
// matrices:
//   y (pixels,O) = columns (pixels,K) * w (K,O)          K = KH*KW*I/groups
// Pixels and rows of y are numbered through all images; work is cut by rows:
//   row   = n*OH + oh
//   pixel = row*OW + ow
#pragma once

#include "core/kernels/conv2d/conv2d.hpp"

namespace eca::kernels {

// Whether columns and x are one matrix: a 1x1 convolution without stride or padding reads x as it lies.
bool columns_are_x(const Conv2dShape& s);

// columns ((last-first)*OW, K) of one group from x (N,H,W,I), for the output rows first..last-1. With h, v and c as
// in conv2d.hpp:
//   columns[pixel, (kh*KW + kw)*(I/groups) + i] = x[n,h,v,c]
void im2col(real* columns, const real* x, const Conv2dShape& s, int64_t group, int64_t first, int64_t last);

// The transpose of im2col: adds each row's patch back into dx (N,H,W,I). Patches overlap, so one image belongs to
// one thread.
//   dx[n,h,v,c] += columns[pixel, (kh*KW + kw)*(I/groups) + i]
void col2im_add(real* dx, const real* columns, const Conv2dShape& s, int64_t group, int64_t first,
                int64_t last);

}  // namespace eca::kernels
