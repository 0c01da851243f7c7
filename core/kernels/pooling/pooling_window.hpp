// The windows of pooling.
#pragma once

#include <algorithm>

#include "core/kernels/pooling/pooling.hpp"

namespace eca::kernels {

// The part of one window that lies inside the image: rows h0..h1-1, columns w0..w1-1.
struct Window {
  int64_t h0, h1, w0, w1, divisor;
};

ECA_DEVICE inline Window window_at(int64_t oh, int64_t ow, const PoolShape& s) {
  const int64_t h = oh * s.stride - s.padding, w = ow * s.stride - s.padding;
  const int64_t h0 = std::max<int64_t>(h, 0), h1 = std::min(h + s.kernel, s.H);
  const int64_t w0 = std::max<int64_t>(w, 0), w1 = std::min(w + s.kernel, s.W);
  return {h0, h1, w0, w1, s.count_padding ? s.kernel * s.kernel : (h1 - h0) * (w1 - w0)};
}

}  // namespace eca::kernels
