#include "docs/book/exercises/07_conv_dx/task.hpp"

//   y[oh,ow] += x[h,v] w[kh,kw]      so      dx[h,v] += dy[oh,ow] w[kh,kw]
std::vector<float> conv_dx(const std::vector<float>& dy, const std::vector<float>& w, const Conv& conv) {
  std::vector<float> dx(static_cast<size_t>(conv.H * conv.W), 0.0F);
  for (int oh = 0; oh < conv.OH(); ++oh) {
    for (int ow = 0; ow < conv.OW(); ++ow) {
      for (int kh = 0; kh < conv.K; ++kh) {
        for (int kw = 0; kw < conv.K; ++kw) {
          const int h = oh * conv.stride - conv.padding + kh, v = ow * conv.stride - conv.padding + kw;
          if (h < 0 || h >= conv.H || v < 0 || v >= conv.W) continue;
          const float dy_o = dy[static_cast<size_t>(oh * conv.OW() + ow)];
          dx[static_cast<size_t>(h * conv.W + v)] += dy_o * w[static_cast<size_t>(kh * conv.K + kw)];
        }
      }
    }
  }
  return dx;
}
