// This program, started again with other arguments.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace eca {

// A lock on a folder. It is let go when this process and the child that was given it have both ended or let go.
class FolderLock {
 public:
  // Takes the lock; with `wait`, when whoever holds it lets go. Throws FileError if the folder cannot be opened.
  explicit FolderLock(const std::string& folder, bool wait);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

  bool held() const { return held_; }  // false: somebody else has it
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  bool held_ = false;
};

// Starts `eca ARGUMENTS`, reading nothing, its output appended to the file `log`. The child holds the lock too,
// and is killed when its parent ends, however that happens. Throws FileError if the log cannot be opened, Error if
// no process can be made.
pid_t start_child(const std::vector<std::string>& arguments, const std::string& log, const FolderLock& lock);

// How a child ended.
struct ChildEnd {
  int code = 0;    // its exit code
  int signal = 0;  // or the signal that ended it
  std::string text() const;
};
// Nothing while it runs. To be asked until it answers, then no more.
std::optional<ChildEnd> ask_child(pid_t child);

}  // namespace eca
