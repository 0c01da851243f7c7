#include "docs/book/exercises/07_conv_dx/task.hpp"

#include "core/kernels/conv2d/conv2d.hpp"
#include "docs/book/exercises/check.hpp"

using namespace eca;

static std::vector<float> noisy(int n, int from) {
  std::vector<float> values;
  for (int i = 0; i < n; ++i) values.push_back(static_cast<float>(exercise::noise(from + i)));
  return values;
}

int main() {
  for (const Conv conv : {Conv{5, 7, 3, 1, 1}, Conv{6, 5, 3, 2, 1}, Conv{4, 4, 1, 1, 0}, Conv{7, 6, 5, 1, 2},
                          Conv{8, 9, 3, 2, 0}, Conv{5, 5, 1, 2, 0}}) {
    const std::vector<float> dy = noisy(conv.OH() * conv.OW(), 10), w = noisy(conv.K * conv.K, 500);
    const std::vector<real> dy_real(dy.begin(), dy.end()), w_real(w.begin(), w.end());
    std::vector<real> expected(static_cast<size_t>(conv.H * conv.W));
    kernels::conv2d_dx_ref({expected.data(), false}, dy_real.data(), w_real.data(),
                           {.N = 1,
                            .H = conv.H,
                            .W = conv.W,
                            .I = 1,
                            .KH = conv.K,
                            .KW = conv.K,
                            .O = 1,
                            .stride = conv.stride,
                            .padding = conv.padding});
    const std::vector<float> dx = conv_dx(dy, w, conv);
    exercise::check(dx.size() == expected.size(), "dx has as many values as x");
    for (size_t i = 0; i < dx.size() && i < expected.size(); ++i) {
      exercise::near("dx, kernel " + std::to_string(conv.K) + ", stride " + std::to_string(conv.stride),
                     dx[i], static_cast<double>(expected[i]));
    }
  }
  return exercise::result();
}
