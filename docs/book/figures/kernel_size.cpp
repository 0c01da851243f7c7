// Prints C, log2(C)/2 + 1/2, and the k that ECA takes.
#include <cmath>
#include <cstdio>

#include "layers/attention/kernel_size.hpp"

int main() {
  for (int C = 1; C <= 8192; C = C < 16 ? C + 1 : C + C / 16) {
    std::printf("%d %.4f %d\n", C, std::log2(C) / 2 + 0.5, static_cast<int>(eca::adaptive_kernel_size(C)));
  }
}
