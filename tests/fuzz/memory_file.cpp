#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/fuzz/reader.hpp"

namespace eca::fuzz {

MemoryFile::MemoryFile(Bytes bytes) : descriptor_(memfd_create("fuzz", 0)) {
  if (descriptor_ < 0 ||
      write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("cannot make a file in memory");
  }
  path_ = "/proc/self/fd/" + std::to_string(descriptor_);
}

MemoryFile::~MemoryFile() { close(descriptor_); }

}  // namespace eca::fuzz
