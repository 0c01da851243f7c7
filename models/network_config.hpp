// What every network needs to know besides its own layout; see models/registry.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "models/residual_block.hpp"

namespace eca {

struct NetworkConfig {
  std::string attention = "none";  // see layers/attention/attention.hpp and models/stage_attention.hpp
  Shortcut shortcut = Shortcut::A;
  int64_t in_channels = 3;
  int64_t classes = 10;
};

struct StageConfig {
  int64_t blocks, channels;
};

}  // namespace eca
