// Where a kernel writes one gradient: it assigns on the first touch and adds afterwards, so that no pass over
// memory zeroes gradients first.
#pragma once

#include <cstdint>

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"

namespace eca {

struct GradSlot {
  real* data = nullptr;  // null: this gradient is not wanted
  bool add = false;      // false: *data is uninitialised and must be fully assigned

  ECA_DEVICE explicit operator bool() const { return data != nullptr; }

  // Element i assigned, or added to.
  ECA_DEVICE void write(int64_t i, real value) const { data[i] = add ? data[i] + value : value; }
};

}  // namespace eca
