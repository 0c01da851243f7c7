// 2-D convolution (cross-correlation, as in every deep-learning framework):
//   y[n,oh,ow,o] = sum_{kh,kw,i} x[n, oh*stride - padding + kh*dilation, ow*stride - padding +
//   kw*dilation, i]
//                                       * w[kh,kw,i,o]
// x (N,H,W,I)   w (KH,KW,I/groups,O)   y (N,OH,OW,O)      out-of-range x counts as 0.
// Output channel o belongs to group o / (O/groups) and reads input channels group*(I/groups) + i.
#pragma once

#include <cstdint>

#include "core/grad_slot.hpp"
#include "core/real.hpp"

namespace eca::kernels {

struct Conv2dShape {
  int64_t N, H, W, I;  // input
  int64_t KH, KW, O;   // kernel and output channels
  int64_t stride = 1, padding = 0, dilation = 1, groups = 1;

  int64_t OH() const { return out_extent(H, KH); }
  int64_t OW() const { return out_extent(W, KW); }
  int64_t group_inputs() const { return I / groups; }
  int64_t group_outputs() const { return O / groups; }
  // Length of one dot product: the rows of the weight matrix.
  int64_t K() const { return KH * KW * group_inputs(); }

 private:
  int64_t out_extent(int64_t in, int64_t kernel) const {
    return (in + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
};

// What a convolution writes: y = relu(convolution + bias + plus), each part but the first only where it is given. What
// comes after a convolution is almost free while its sums are still in registers.
struct Conv2dOutput {
  real* y;
  const real* bias = nullptr;  // (O)
  const real* plus = nullptr;  // (N,OH,OW,O); may be y itself, to add to what is there
  bool relu = false;
};

void conv2d_forward(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dx(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// Plain loops, as in the formula.
void conv2d_forward_ref(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dx_ref(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_ref(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// One of several fast paths, chosen by shape; see conv2d_paths.hpp.
void conv2d_forward_fast(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dx_fast(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_fast(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

}  // namespace eca::kernels
