#include "docs/book/exercises/09_channel_conv/task.hpp"

ChannelConvGradients channel_conv_backward(const std::vector<double>& y, const std::vector<double>& w,
                                           const std::vector<double>&) {
  return {std::vector<double>(y.size(), 0.0), std::vector<double>(w.size(), 0.0)};
}
