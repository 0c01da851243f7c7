// The ResNets for CIFAR of He et al., arXiv 1512.03385v1, section 4.2: a 3x3 stem and three stages of basic blocks.
#pragma once

#include <vector>

#include "models/resnet.hpp"

namespace eca {

// Three stages of n blocks with 16, 32, 64 channels; depth = 6n+2 is 20, 32, 44, 56 or 110. Throws Error for another
// depth.
std::vector<StageConfig> cifar_stages(int64_t depth);

}  // namespace eca
