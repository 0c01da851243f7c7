// One training at a time in a run directory.
#pragma once

#include <string>

namespace eca {

// A lock on the run directory, held until it is destroyed or its process ends, however that happens: flock() on the file
// `lock` in the directory, which holds the owner's process number and stays when the lock is let go.
class RunLock {
 public:
  // Makes the directory if it is not there. Throws Error that names the process if another one is training in it, FileError
  // if the directory or the file cannot be made.
  explicit RunLock(const std::string& directory);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int fd_ = -1;
};

// Whether somebody holds the lock. Looking takes it for a moment itself, shared; a RunLock that meets that tries again.
bool is_locked(const std::string& directory);

}  // namespace eca
