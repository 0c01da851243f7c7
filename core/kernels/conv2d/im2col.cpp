#include "core/kernels/conv2d/im2col.hpp"

#include <algorithm>

namespace eca::kernels {

bool columns_are_x(const Conv2dShape& s) {
  return s.KH == 1 && s.KW == 1 && s.stride == 1 && s.padding == 0 && s.groups == 1;
}

// One output pixel's patch at one kernel row kh, KW * I/groups values. Inside the image and without dilation
// the patch row is contiguous, which is what channels-last buys.
static void copy_patch_row(real* out, const real* x_row, const Conv2dShape& s, int64_t group,
                           int64_t first_column) {
  const int64_t Ig = s.group_inputs();
  const bool inside = first_column >= 0 && first_column + s.KW <= s.W;
  if (inside && s.dilation == 1 && s.groups == 1) {
    std::copy_n(x_row + first_column * s.I, s.KW * s.I, out);
    return;
  }
  for (int64_t kw = 0; kw < s.KW; ++kw, out += Ig) {
    const int64_t column = first_column + kw * s.dilation;
    if (column < 0 || column >= s.W) {
      std::fill_n(out, Ig, real{0});
    } else {
      std::copy_n(x_row + column * s.I + group * Ig, Ig, out);
    }
  }
}

void im2col(real* columns, const real* x, const Conv2dShape& s, int64_t group, int64_t first, int64_t last) {
  const int64_t OH = s.OH(), OW = s.OW(), patch_row = s.KW * s.group_inputs();
  for (int64_t row = first; row < last; ++row) {
    const int64_t n = row / OH, oh = row % OH;
    for (int64_t ow = 0; ow < OW; ++ow) {
      for (int64_t kh = 0; kh < s.KH; ++kh, columns += patch_row) {
        const int64_t h = oh * s.stride - s.padding + kh * s.dilation;
        if (h < 0 || h >= s.H) {
          std::fill_n(columns, patch_row, real{0});
        } else {
          copy_patch_row(columns, x + (n * s.H + h) * s.W * s.I, s, group, ow * s.stride - s.padding);
        }
      }
    }
  }
}

void col2im_add(real* dx, const real* columns, const Conv2dShape& s, int64_t group, int64_t first,
                int64_t last) {
  const int64_t OH = s.OH(), OW = s.OW(), Ig = s.group_inputs();
  for (int64_t row = first; row < last; ++row) {
    const int64_t n = row / OH, oh = row % OH;
    for (int64_t ow = 0; ow < OW; ++ow) {
      for (int64_t kh = 0; kh < s.KH; ++kh) {
        const int64_t h = oh * s.stride - s.padding + kh * s.dilation;
        for (int64_t kw = 0; kw < s.KW; ++kw, columns += Ig) {
          const int64_t column = ow * s.stride - s.padding + kw * s.dilation;
          if (h < 0 || h >= s.H || column < 0 || column >= s.W) continue;
          real* out = dx + ((n * s.H + h) * s.W + column) * s.I + group * Ig;
          for (int64_t i = 0; i < Ig; ++i) out[i] += columns[i];
        }
      }
    }
  }
}

}  // namespace eca::kernels
