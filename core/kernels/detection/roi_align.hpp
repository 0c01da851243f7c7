// RoIAlign: the mean of a few bilinear samples in each bin of a region of a map. Along each axis a bin is a row of weights, worked
// out beforehand (layers/detection/roi_align.cpp); they multiply.
//   y[out m, p,q,c] = sum_{i,j} a[m,p,i] b[m,q,j] x[image m, row[m,p] + i, column[m,q] + j, c]
//   dx[n,h,w,c]     = sum_{m,p,q} a[m,p, h - row[m,p]] b[m,q, w - column[m,q]] dy[out m, p,q,c]        over the regions of image n
// x (N,H,W,C)   y (R,PH,PW,C)   a (M,PH,KH)   b (M,PW,KW)
// Derivation: docs/derivations/detection.md
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

struct RoiAlignShape {
  int64_t N, H, W, C;  // the map
  int64_t M;           // regions that lie in it
  int64_t PH, PW;      // bins of each
  int64_t KH, KW;      // weights of each bin
};

// Arrays of the host. Every bin with its KH x KW weights lies inside the map; weights may be 0.
struct RoiBins {
  const real *a, *b;            // (M,PH,KH) and (M,PW,KW)
  const int32_t *row, *column;  // (M,PH) and (M,PW): where the weights begin
  const int32_t* out;           // (M): each region's place in y
  const int32_t* image;         // (M): from the first image on
  const int32_t* first;         // (N+1): image n has the regions first[n] to first[n+1] - 1
};

// Writes the M regions of y and leaves others.
void roi_align_forward(real* y, const real* x, const RoiBins& bins, const RoiAlignShape& s);
// Each image adds its regions up in their order.
void roi_align_dx(GradSlot dx, const real* dy, const RoiBins& bins, const RoiAlignShape& s);

}  // namespace eca::kernels
