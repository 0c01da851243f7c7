// Images that are not held as one array: each is read when it is asked for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/images/image.hpp"

namespace eca {

class ImageSource {
 public:
  virtual ~ImageSource() = default;

  // Image i, the same whenever it is asked for; several threads may ask at once. Throws FileError if it cannot be read.
  virtual std::shared_ptr<const Image> read(int64_t i) const = 0;

  // Whether read() hands out what is in memory already.
  virtual bool in_memory() const = 0;
};

// The images of a set that could not be read and were passed over, and why. Several threads may use it at once.
class UnreadableImages {
 public:
  void add(int64_t i, const std::string& why);
  bool contains(int64_t i) const;
  // Why, of those added since the last call, in the order of the set.
  std::vector<std::string> take_new();

 private:
  mutable std::mutex mutex_;
  std::map<int64_t, std::string> why_;
  std::vector<int64_t> new_;
};

}  // namespace eca
