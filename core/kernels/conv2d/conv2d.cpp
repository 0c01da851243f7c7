#include "core/kernels/conv2d/conv2d.hpp"

#include "core/kernels/common/twins.hpp"

namespace eca::kernels {

void conv2d_forward(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s) {
  ECA_TWIN(conv2d_forward_ref, conv2d_forward_fast, conv2d_forward_cuda)(y, x, w, s);
}

void conv2d_dx(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  ECA_TWIN(conv2d_dx_ref, conv2d_dx_fast, conv2d_dx_cuda)(dx, dy, w, s);
}

void conv2d_dw(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  ECA_TWIN(conv2d_dw_ref, conv2d_dw_fast, conv2d_dw_cuda)(dw, dy, x, s);
}

}  // namespace eca::kernels
