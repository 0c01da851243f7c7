// The fast convolutions, and the one place that chooses between them.
#pragma once

#include <limits>

#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "core/kernels/winograd/winograd_tiles.hpp"

namespace eca::kernels {

enum class ConvPath { im2col, direct, depthwise, winograd, winograd_wide };

// Which path serves this shape. Depends on the shape of an image alone, not on how many there are. dx takes the forward path of the turned convolution
// where there is one.
ConvPath conv2d_forward_path(const Conv2dShape& s);
ConvPath conv2d_dx_path(const Conv2dShape& s);
ConvPath conv2d_dw_path(const Conv2dShape& s);

// What Conv2dOutput adds to the sums of kLanes channels, from channel o on; `sum` belongs to element i of y.
class Finish {
 public:
  Finish(const Conv2dOutput& y, int64_t o)
      : y_(y.y),
        plus_(y.plus),
        bias_(y.bias != nullptr ? load(y.bias + o) : vec{}),
        low_(broadcast(y.relu ? real{0} : -std::numeric_limits<real>::infinity())) {}
  vec operator()(int64_t i, vec sum) const {  // returns what it has written
    sum += bias_;
    if (plus_ != nullptr) sum += load(plus_ + i);
    sum = sum < low_ ? low_ : sum;
    store(y_ + i, sum);
    return sum;
  }

 private:
  real* y_;
  const real* plus_;
  vec bias_, low_;
};

// im2col + GEMM: any shape. This and the depthwise path leave the moments of Conv2dOutput to their caller.
void conv2d_forward_im2col(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dx_im2col(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_im2col(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// Direct: output channels are SIMD lanes. Needs groups == 1 and O a multiple of kLanes.
void conv2d_forward_direct(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dw_direct(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// Each channel by itself: groups == I == O, more than one.
bool is_depthwise(const Conv2dShape& s);
void conv2d_forward_depthwise(const Conv2dOutput& y, const real* x, const real* w, const Conv2dShape& s);
void conv2d_dx_depthwise(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_depthwise(GradSlot dw, const real* dy, const real* x, const Conv2dShape& s);

// What Winograd's algorithm is for: a 3x3 kernel, dilation 1, groups == 1, and stride 1 with padding <= 2 or stride 2
// with padding 1.
bool winograd_serves(const Conv2dShape& s);
// On the processor, where it is the only one that takes a scale, also I and O multiples of kLanes.
bool winograd_fits(const Conv2dShape& s);
// These take the shape that winograd_shape makes of s; with winograd_dx_shape and the flipped weights, forward is dx.
void conv2d_forward_winograd(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                             const WinogradShape& s);
void conv2d_dw_winograd(GradSlot dw, const real* dy, const Conv2dInput& x, const WinogradShape& s);
// The same for layers whose transformed weights do not fit the cache.
void conv2d_forward_winograd_wide(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                                  const WinogradShape& s);
void conv2d_dw_winograd_wide(GradSlot dw, const real* dy, const Conv2dInput& x, const WinogradShape& s);
// On a GPU, for every shape that winograd_serves; leave the moments to their caller.
void conv2d_forward_winograd_cuda(const Conv2dOutput& y, const Conv2dInput& x, const real* w,
                                  const Conv2dShape& s);
void conv2d_dx_winograd_cuda(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s);
void conv2d_dw_winograd_cuda(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s);

// Whether the wide form has the points of all tiles in memory at once, and not those of one part of the tiles
// after those of another.
bool winograd_in_one_pass(const WinogradShape& s);

// With stride 1 the gradient of a convolution is the convolution of dy with the flipped kernel: input and output
// change places, and what padding left out on one side it adds on the other. True if that convolution exists.
bool dx_is_a_convolution(const Conv2dShape& s);
// The shape of that convolution.
Conv2dShape turned(const Conv2dShape& s);
// Its weights, in scratch memory of this thread. Group by group,
//   flipped[kh,kw,o,i] = w[KH-1-kh, KW-1-kw, i, o]       w (KH,KW,I/groups,O)   flipped (KH,KW,O/groups,I)
const real* flipped_weights(const real* w, const Conv2dShape& s);

}  // namespace eca::kernels
