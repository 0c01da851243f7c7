// Exercise 7. The gradient of a convolution by its input, in plain loops, one channel: x (H,W), w
// (K,K), y (OH,OW), row by row, with
//   y[oh,ow] = sum_{kh,kw} x[oh*stride - padding + kh, ow*stride - padding + kw] w[kh,kw],    0 outside of x.
// Given dy and w, return dx. Each product of the sum gives its share to one element of dx.
#pragma once

#include <cstddef>
#include <vector>

struct Conv {
  int H, W, K, stride, padding;
  int OH() const { return (H + 2 * padding - K) / stride + 1; }
  int OW() const { return (W + 2 * padding - K) / stride + 1; }
};

// dx, H*W values, from dy, OH*OW values, and w, K*K values.
std::vector<float> conv_dx(const std::vector<float>& dy, const std::vector<float>& w, const Conv& conv);
