// 2-D convolution (cross-correlation, as in every deep-learning framework):
//   y[n,oh,ow,o] = sum_{kh,kw,i} x[n,h,v,c] * w[kh,kw,i,o]    x (N,H,W,I)   w (KH,KW,I/groups,O)   y (N,OH,OW,O)
//   h = oh*stride - padding + kh*dilation                     x outside of the image counts as 0
//   v = ow*stride - padding + kw*dilation
//   c = group*(I/groups) + i                                  group = o / (O/groups)
//
// Each product gives back to both of its factors:
//   dx[n,h,v,c]   += dy[n,oh,ow,o] * w[kh,kw,i,o]
//   dw[kh,kw,i,o] += dy[n,oh,ow,o] * x[n,h,v,c]
// Derivation: docs/book/04_convolution.md
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"
#include "core/kernels/common/grad_slot.hpp"

namespace eca::kernels {

struct Conv2dShape {
  int64_t N, H, W, I;  // input
  int64_t KH, KW, O;   // rows and columns of the kernel, output channels
  int64_t stride = 1, padding = 0, dilation = 1, groups = 1;

  ECA_DEVICE int64_t OH() const { return out_extent(H, KH); }
  ECA_DEVICE int64_t OW() const { return out_extent(W, KW); }
  ECA_DEVICE int64_t group_inputs() const { return I / groups; }
  ECA_DEVICE int64_t group_outputs() const { return O / groups; }
  // Length of one dot product: the rows of the weight matrix.
  ECA_DEVICE int64_t K() const { return KH * KW * group_inputs(); }

 private:
  ECA_DEVICE int64_t out_extent(int64_t in, int64_t kernel) const {
    return (in + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
};

// What a convolution reads: x, or relu(scale * x + offset), worked out while x is read. What lies outside of the
// image counts as 0 either way.
struct Conv2dInput {
  const real* x;       // (N,H,W,I)
  const real* scale;   // (I); null: x as it is
  const real* offset;  // (I); null where scale is

  // Implicit, so that a plain x can be passed.
  Conv2dInput(const real* x_in, const real* scale_in = nullptr, const real* offset_in = nullptr)
      : x(x_in), scale(scale_in), offset(offset_in) {}

  // What is read at element i of x, which is of channel c.
  ECA_DEVICE real at(int64_t i, int64_t c) const {
    if (scale == nullptr) return x[i];
    const real z = scale[c] * x[i] + offset[c];
    return z < 0 ? 0 : z;
  }
};

// What a convolution writes: y = relu(convolution + bias + plus), each part but the first only where it is given.
// What comes after a convolution is almost free while its sums are still in registers.
struct Conv2dOutput {
  real* y;                     // (N,OH,OW,O)
  const real* bias = nullptr;  // (O)
  const real* plus = nullptr;  // (N,OH,OW,O); may be y itself, to add to what is there
  bool relu = false;
  // Where not null: the moments of each image of y, see core/kernels/batch_norm/moments.hpp.
  real* image_mean = nullptr;     // (N,O)
  real* image_squares = nullptr;  // (N,O)

  // Element i, which is of channel o, from the convolution's sum there.
  ECA_DEVICE void write(int64_t i, int64_t o, real sum) const {
    if (bias != nullptr) sum += bias[o];
    if (plus != nullptr) sum += plus[i];
    y[i] = relu && sum < 0 ? 0 : sum;
  }
};

// The output that assigns or adds to a gradient, for whoever has a convolution for its backward.
inline Conv2dOutput added_to(GradSlot dx) { return {.y = dx.data, .plus = dx.add ? dx.data : nullptr}; }

// The twin that the kernel mode asks for.
void conv2d_forward(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s);
void conv2d_dx(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s);

// Whether conv2d_forward and conv2d_dw take a scale for this shape; where not, they throw Error. The plain loops take
// any.
bool conv2d_takes_scale(const Conv2dShape& s);

// Plain loops, as in the formula.
void conv2d_forward_ref(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s);
void conv2d_dx_ref(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_ref(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s);

// One of several fast paths, chosen by shape; see conv2d_paths.hpp.
void conv2d_forward_fast(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s);
void conv2d_dx_fast(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_fast(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s);

// On a GPU, of arrays that lie there.
void conv2d_forward_cuda(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s);
void conv2d_dx_cuda(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_cuda(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s);

}  // namespace eca::kernels
