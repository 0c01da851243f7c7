// Values between the host and where the kernels compute, beside what they compute. Without a device they are copied when asked
// for.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/memory/storage.hpp"

namespace eca {

// Values that go to where the kernels compute while those are still busy with what came before.
class Upload {
 public:
  // Of at most n numbers, for the kernel mode in force.
  explicit Upload(int64_t n);
  ~Upload();
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;

  // `values` stay as they are until finish().
  void begin(std::span<const real> values);
  // What is asked for from now on finds them in `to`.
  void finish(Storage& to);

 private:
  struct OnDevice;
  std::unique_ptr<OnDevice> on_device_;  // null on the host
  std::span<const real> values_;
};

// Values that come back from there, as they are when all is done that has been asked for until begin().
class Download {
 public:
  explicit Download(int64_t n);
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  void begin(const Storage& from);
  // Waits for them. They stay until the next begin(). Throws Error if anything failed that a device was asked for.
  std::span<const real> wait();

 private:
  struct OnDevice;
  std::unique_ptr<OnDevice> on_device_;
  std::vector<real> values_;
};

}  // namespace eca
