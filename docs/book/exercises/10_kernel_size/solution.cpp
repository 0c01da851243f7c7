#include "docs/book/exercises/10_kernel_size/task.hpp"

#include <bit>

// With t = floor((log2(C) + 1) / 2): t if that is odd, else t + 1. Of log2(C) the whole part is enough,
// the position of the highest bit.
int kernel_size(int C) {
  const int log2 = static_cast<int>(std::bit_width(static_cast<unsigned>(C))) - 1;
  const int t = (log2 + 1) / 2;
  return t % 2 == 1 ? t : t + 1;
}
