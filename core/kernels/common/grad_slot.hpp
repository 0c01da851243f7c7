// Where a kernel writes one gradient: it assigns on the first touch and adds afterwards, so that no pass over
// memory zeroes gradients first.
#pragma once

#include "core/base/real.hpp"

namespace eca {

struct GradSlot {
  real* data = nullptr;  // null: this gradient is not wanted
  bool add = false;      // false: *data is uninitialised and must be fully assigned

  explicit operator bool() const { return data != nullptr; }
};

}  // namespace eca
