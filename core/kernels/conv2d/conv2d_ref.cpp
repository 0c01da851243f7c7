// The plain twins of the convolution kernels: index arithmetic as in the formulas of conv2d.hpp, one thread.
#include <algorithm>

#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/leaf_sums.hpp"
#include "core/kernels/conv2d/conv2d.hpp"

namespace eca::kernels {

void conv2d_forward_ref(const Conv2dOutput& y, const Conv2dInput& x, const real* w, const Conv2dShape& s) {
  const int64_t Ig = s.group_inputs(), Og = s.group_outputs();
  for (int64_t n = 0; n < s.N; ++n) {
    for (int64_t oh = 0; oh < s.OH(); ++oh) {
      for (int64_t ow = 0; ow < s.OW(); ++ow) {
        for (int64_t o = 0; o < s.O; ++o) {
          const int64_t group = o / Og;
          real sum = y.bias == nullptr ? 0 : y.bias[o];
          for (int64_t kh = 0; kh < s.KH; ++kh) {
            const int64_t h = oh * s.stride - s.padding + kh * s.dilation;
            if (h < 0 || h >= s.H) continue;
            for (int64_t kw = 0; kw < s.KW; ++kw) {
              const int64_t v = ow * s.stride - s.padding + kw * s.dilation;
              if (v < 0 || v >= s.W) continue;
              for (int64_t i = 0; i < Ig; ++i) {
                sum += x.at(((n * s.H + h) * s.W + v) * s.I + group * Ig + i, group * Ig + i) *
                       w[((kh * s.KW + kw) * Ig + i) * s.O + o];
              }
            }
          }
          const int64_t out = ((n * s.OH() + oh) * s.OW() + ow) * s.O + o;
          if (y.plus != nullptr) sum += y.plus[out];
          y.y[out] = y.relu && sum < 0 ? 0 : sum;
        }
      }
    }
  }
  if (y.image_mean != nullptr) {
    image_moments_ref(y.image_mean, y.image_squares, y.y, s.N, s.OH() * s.OW(), s.O);
  }
}

//   dx[n,h,v,c] += dy[n,oh,ow,o] * w[kh,kw,i,o]
void conv2d_dx_ref(GradSlot dx, const real* dy, const real* w, const Conv2dShape& s) {
  const int64_t Ig = s.group_inputs(), Og = s.group_outputs();
  if (!dx.add) std::fill_n(dx.data, s.N * s.H * s.W * s.I, real{0});
  for (int64_t n = 0; n < s.N; ++n) {
    for (int64_t oh = 0; oh < s.OH(); ++oh) {
      for (int64_t ow = 0; ow < s.OW(); ++ow) {
        for (int64_t o = 0; o < s.O; ++o) {
          const int64_t group = o / Og;
          const real dy_o = dy[((n * s.OH() + oh) * s.OW() + ow) * s.O + o];
          for (int64_t kh = 0; kh < s.KH; ++kh) {
            const int64_t h = oh * s.stride - s.padding + kh * s.dilation;
            if (h < 0 || h >= s.H) continue;
            for (int64_t kw = 0; kw < s.KW; ++kw) {
              const int64_t v = ow * s.stride - s.padding + kw * s.dilation;
              if (v < 0 || v >= s.W) continue;
              for (int64_t i = 0; i < Ig; ++i) {
                dx.data[((n * s.H + h) * s.W + v) * s.I + group * Ig + i] +=
                    dy_o * w[((kh * s.KW + kw) * Ig + i) * s.O + o];
              }
            }
          }
        }
      }
    }
  }
}

//   dw[kh,kw,i,o] += dy[n,oh,ow,o] * x[n,h,v,c]
static void add_dw_of_image(int64_t n, real* dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  const int64_t Ig = s.group_inputs(), Og = s.group_outputs();
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      for (int64_t o = 0; o < s.O; ++o) {
        const int64_t group = o / Og;
        const real dy_o = dy[((n * s.OH() + oh) * s.OW() + ow) * s.O + o];
        for (int64_t kh = 0; kh < s.KH; ++kh) {
          const int64_t h = oh * s.stride - s.padding + kh * s.dilation;
          if (h < 0 || h >= s.H) continue;
          for (int64_t kw = 0; kw < s.KW; ++kw) {
            const int64_t v = ow * s.stride - s.padding + kw * s.dilation;
            if (v < 0 || v >= s.W) continue;
            for (int64_t i = 0; i < Ig; ++i) {
              dw[((kh * s.KW + kw) * Ig + i) * s.O + o] +=
                  dy_o * x.at(((n * s.H + h) * s.W + v) * s.I + group * Ig + i, group * Ig + i);
            }
          }
        }
      }
    }
  }
}

void conv2d_dw_ref(GradSlot dw, const real* dy, const Conv2dInput& x, const Conv2dShape& s) {
  sum_images(dw, s.K() * s.O, s.N, [&](int64_t n, real* sums) { add_dw_of_image(n, sums, dy, x, s); });
}

}  // namespace eca::kernels
