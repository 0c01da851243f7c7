// A small array of the host's, copied to the device for as long as this lives: labels, windows, an order of channels.
#pragma once

#include <cstdint>

#include "core/cuda/device.hpp"
#include "core/memory/storage.hpp"

namespace eca {

template <class T>
class DeviceCopy {
 public:
  // n values; null stays null.
  DeviceCopy(const T* from, int64_t n)
      : storage_(from == nullptr ? 0 : (n * static_cast<int64_t>(sizeof(T)) + kReal - 1) / kReal,
                 Place::device),
        given_(from != nullptr) {
    if (given_ && n > 0) cuda::copy_to_device(storage_.data, from, n * static_cast<int64_t>(sizeof(T)));
  }
  const T* data() const { return given_ ? reinterpret_cast<const T*>(storage_.data) : nullptr; }

 private:
  static constexpr int64_t kReal = sizeof(real);
  Storage storage_;
  bool given_;
};

}  // namespace eca
