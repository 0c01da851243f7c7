#include "core/memory/transfer.hpp"

#include <algorithm>

#include "core/cuda/transfer.hpp"

namespace eca {

static int64_t bytes_of_reals(int64_t n) { return n * static_cast<int64_t>(sizeof(real)); }

struct Upload::OnDevice : cuda::Upload {
  using cuda::Upload::Upload;
};

Upload::Upload(int64_t n)
    : on_device_(place_of_results() == Place::host ? nullptr
                                                   : std::make_unique<OnDevice>(bytes_of_reals(n))) {}
Upload::~Upload() = default;

void Upload::begin(std::span<const real> values) {
  values_ = values;
  if (on_device_) on_device_->begin(values.data(), bytes_of_reals(std::ssize(values)));
}

void Upload::finish(Storage& to) {
  ++to.version;
  if (on_device_) {
    on_device_->finish(to.data);
  } else {
    std::copy(values_.begin(), values_.end(), to.data);
  }
}

struct Download::OnDevice : cuda::Download {
  using cuda::Download::Download;
};

Download::Download(int64_t n)
    : on_device_(place_of_results() == Place::host ? nullptr : std::make_unique<OnDevice>(bytes_of_reals(n))),
      values_(static_cast<size_t>(n)) {}
Download::~Download() = default;

void Download::begin(const Storage& from) {
  if (on_device_) {
    on_device_->begin(from.data, bytes_of_reals(std::ssize(values_)));
  } else {
    std::copy_n(from.data, values_.size(), values_.begin());
  }
}

std::span<const real> Download::wait() {
  if (!on_device_) return values_;
  return {static_cast<const real*>(on_device_->wait()), values_.size()};
}

}  // namespace eca
