// A small array of the host's, where the kernels in force read it: labels, windows, an order of channels. That is the array
// itself, or a copy on the device for as long as this lives.
#pragma once

#include <cstdint>
#include <optional>

#include "core/cuda/device.hpp"
#include "core/memory/storage.hpp"

namespace eca {

template <class T>
class KernelArray {
 public:
  // n values; null stays null.
  KernelArray(const T* values, int64_t n) : data_(values) {
    if (values == nullptr || place_of_results() == Place::host) return;
    const int64_t bytes = n * static_cast<int64_t>(sizeof(T)), real_bytes = sizeof(real);
    copy_.emplace((bytes + real_bytes - 1) / real_bytes);
    cuda::copy_to_device(copy_->data, values, bytes);
    data_ = reinterpret_cast<const T*>(copy_->data);
  }
  KernelArray(const KernelArray&) = delete;
  KernelArray& operator=(const KernelArray&) = delete;

  const T* data() const { return data_; }

 private:
  const T* data_;
  std::optional<Storage> copy_;
};

}  // namespace eca
