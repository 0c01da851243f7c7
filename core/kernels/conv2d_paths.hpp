// The fast convolutions, and the one place that chooses between them.
#pragma once

#include "core/kernels/conv2d.hpp"
#include "core/simd.hpp"

namespace eca::kernels {

enum class ConvPath { im2col, direct, winograd, winograd_wide };

// Which path serves this shape. Depends on the shape alone. dx takes the forward path of the turned convolution, or
// im2col where there is none.
ConvPath conv2d_forward_path(const Conv2dShape& s);
ConvPath conv2d_dw_path(const Conv2dShape& s);

// Ends the sums of kLanes channels, from channel o on: what Conv2dOutput adds to them, at element i of y.
inline void finish(const Conv2dOutput& y, int64_t i, int64_t o, vec sum) {
  if (y.bias != nullptr) sum += load(y.bias + o);
  if (y.plus != nullptr) sum += load(y.plus + i);
  store(y.y + i, y.relu ? (sum < 0 ? vec{} : sum) : sum);
}

// im2col + GEMM: any shape.
void conv2d_forward_im2col(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dx_im2col(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_im2col(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// Direct: output channels are SIMD lanes. Needs groups == 1 and O a multiple of kLanes.
void conv2d_forward_direct(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dw_direct(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// Winograd F(4x4,3x3). Needs a 3x3 kernel, stride 1, dilation 1, groups == 1, padding <= 2, and I and O multiples of
// kLanes.
bool winograd_fits(const Conv2dShape& s);
void conv2d_forward_winograd(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dw_winograd(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);
// The same for layers whose transformed weights do not fit the cache.
void conv2d_forward_winograd_wide(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dw_winograd_wide(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// With stride 1 the gradient of a convolution is the convolution of dy with the flipped kernel: input and output
// change places, and what padding left out on one side it adds on the other. True if that convolution exists.
bool dx_is_a_convolution(const Conv2dShape& s);
// Its shape.
Conv2dShape turned(const Conv2dShape& s);
// flipped[kh,kw,o,i] = w[KH-1-kh, KW-1-kw, i, o], group by group; scratch memory of this thread.
const real* flipped_weights(const real* w, const Conv2dShape& s);

// dw[j] = sum over `count` partial sums of n values each, in index order.
void sum_partials(GradSlot dw, const real* partials, int64_t count, int64_t n);

}  // namespace eca::kernels
