// One image under four kernels: prints five blocks of 28 rows of 28 numbers, the image and what conv2d
// makes of it.
#include <cstdio>

#include "models/ecagrad.hpp"

using namespace eca;

static void print(const Tensor& x) {
  for (int64_t h = 0; h < x.dim(1); ++h) {
    for (int64_t v = 0; v < x.dim(2); ++v) std::printf("%.3f ", static_cast<double>(x.at({0, h, v, 0})));
    std::printf("\n");
  }
  std::printf("\n\n");
}

int main() {
  const Dataset data = load_dataset("fashion-mnist");
  Tensor x = Tensor::empty({1, 28, 28, 1});
  for (int64_t i = 0; i < 28 * 28; ++i) {
    x.data()[i] =
        static_cast<real>(data.train.pixels[static_cast<size_t>(i)]) / 255;  // the first: an ankle boot
  }
  print(x);
  const real ninth = real{1} / 9;
  for (const std::vector<real>& w :
       {std::vector<real>{-1, -1, -1, 0, 0, 0, 1, 1, 1}, std::vector<real>{-1, 0, 1, -1, 0, 1, -1, 0, 1},
        std::vector<real>(9, ninth), std::vector<real>{0, -1, 0, -1, 4, -1, 0, -1, 0}}) {
    print(conv2d(x, Tensor::from({3, 3, 1, 1}, w), {}, {.padding = 1}));
  }
}
