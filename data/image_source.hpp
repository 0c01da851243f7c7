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

  // Those that nobody was told of yet, and why.
  std::map<int64_t, std::string> unsaid() const;
  // Why, of those of `images` that nobody was told of yet, in the order of the set. From now on all of them are contained, and said.
  std::vector<std::string> say(const std::map<int64_t, std::string>& images);
  std::vector<std::string> say_new() { return say(unsaid()); }
  // What was said, nobody has heard.
  void unsay();

 private:
  struct Met {
    std::string why;
    bool said = false;
  };
  mutable std::mutex mutex_;
  std::map<int64_t, Met> images_;
};

}  // namespace eca
