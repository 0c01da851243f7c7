// Exercise 9. The backward of ECA's convolution over channels, for one image: with p = (k-1)/2 and
// zeros beyond both ends,
//   z_c = sum_{j<k} w_j y_{c+j-p}.
// Given dz, return dy and dw. Which z does y_c go into, and with which weight?
#pragma once

#include <cstddef>
#include <vector>

struct ChannelConvGradients {
  std::vector<double> dy, dw;
};

ChannelConvGradients channel_conv_backward(const std::vector<double>& y, const std::vector<double>& w,
                                           const std::vector<double>& dz);
