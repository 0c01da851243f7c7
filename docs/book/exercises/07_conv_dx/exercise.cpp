#include "docs/book/exercises/07_conv_dx/task.hpp"

std::vector<float> conv_dx(const std::vector<float>&, const std::vector<float>&, const Conv& conv) {
  return std::vector<float>(static_cast<size_t>(conv.H * conv.W), 0.0F);
}
