#include "docs/book/exercises/09_channel_conv/task.hpp"

//   z_c += w_j y_{c+j-p}      so      dw_j += dz_c y_{c+j-p}      and      dy_{c+j-p} += dz_c w_j
ChannelConvGradients channel_conv_backward(const std::vector<double>& y, const std::vector<double>& w,
                                           const std::vector<double>& dz) {
  ChannelConvGradients d = {std::vector<double>(y.size(), 0.0), std::vector<double>(w.size(), 0.0)};
  const int C = static_cast<int>(y.size()), k = static_cast<int>(w.size()), p = (k - 1) / 2;
  for (int c = 0; c < C; ++c) {
    for (int j = 0; j < k; ++j) {
      const int from = c + j - p;
      if (from < 0 || from >= C) continue;
      const auto u = static_cast<size_t>(c), v = static_cast<size_t>(from), t = static_cast<size_t>(j);
      d.dw[t] += dz[u] * y[v];
      d.dy[v] += dz[u] * w[t];
    }
  }
  return d;
}
