// im2col: lays the input patch under each output pixel out as one row, so that a convolution becomes a matrix
// product:  columns (pixels, K) * w (K,O),  K = KH*KW*I/groups.
// Output pixels are numbered through all images: pixel = (n*OH + oh)*OW + ow; work is cut by rows, row = n*OH
// + oh.
#pragma once

#include "core/kernels/conv2d/conv2d.hpp"

namespace eca::kernels {

// columns ((last-first)*OW, K) of one group, for the output rows first..last-1.
void im2col(real* columns, const real* x, const Conv2dShape& s, int64_t group, int64_t first, int64_t last);

// The transpose of im2col: adds each row's patch back into dx (N,H,W,I). Rows of one image overlap in dx, so
// one image belongs to one thread.
void col2im_add(real* dx, const real* columns, const Conv2dShape& s, int64_t group, int64_t first,
                int64_t last);

}  // namespace eca::kernels
