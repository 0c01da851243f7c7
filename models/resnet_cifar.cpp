#include "models/resnet_cifar.hpp"

#include "core/base/error.hpp"

namespace eca {

std::vector<StageConfig> cifar_stages(int64_t depth) {
  const int64_t n = (depth - 2) / 6;
  if (n < 1 || 6 * n + 2 != depth) {
    throw Error("resnet: depth " + std::to_string(depth) + ", expected 6n+2: 20, 32, 44, 56, 110");
  }
  return {{n, 16}, {n, 32}, {n, 64}};
}

}  // namespace eca
