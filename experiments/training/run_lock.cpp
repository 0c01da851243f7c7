#include "experiments/training/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/error.hpp"
#include "core/files/make_folder.hpp"

namespace eca {

namespace {

std::string lock_file(const std::string& directory) { return directory + "/lock"; }

// The process number in the file; none in the moment before its owner has written it.
std::string owner(int fd) {
  char text[32];
  const ssize_t n = pread(fd, text, sizeof text, 0);
  const std::string number(text, n > 0 ? static_cast<size_t>(n) : 0);
  return number.substr(0, number.find('\n'));
}

int try_lock(int fd, int kind) {
  int result = 0;
  while ((result = flock(fd, kind | LOCK_NB)) < 0 && errno == EINTR) {
  }
  return result;
}

// Takes the lock on an open file, or throws. Who has it for a moment only looks: see is_locked.
void lock_or_refuse(int fd, const std::string& directory) {
  constexpr int kTries = 5;
  for (int i = 0; i < kTries; ++i) {
    if (try_lock(fd, LOCK_EX) == 0) return;
    if (errno != EWOULDBLOCK || i == kTries - 1) break;
    usleep(2000);
  }
  if (errno != EWOULDBLOCK)
    throw FileError(lock_file(directory), std::string("cannot be locked: ") + std::strerror(errno));
  const std::string number = owner(fd);
  throw Error(directory + ": " + (number.empty() ? "another process" : "process " + number) +
              " is training in this directory; wait until it ends, stop it, or choose another --out");
}

}  // namespace

RunLock::RunLock(const std::string& directory) {
  make_folder(directory, "run directory");
  fd_ = open(lock_file(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0)
    throw FileError(lock_file(directory), std::string("cannot be opened: ") + std::strerror(errno));
  try {
    lock_or_refuse(fd_, directory);
  } catch (...) {
    close(fd_);
    throw;
  }
  const std::string number = std::to_string(getpid()) + "\n";
  if (ftruncate(fd_, 0) != 0 || pwrite(fd_, number.data(), number.size(), 0) < 0) {
    // Only the number is missing, in the message to another process; the lock holds.
  }
}

RunLock::~RunLock() { close(fd_); }

bool is_locked(const std::string& directory) {
  const int fd = open(lock_file(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool locked = try_lock(fd, LOCK_SH) < 0 && errno == EWOULDBLOCK;
  close(fd);  // lets go
  return locked;
}

}  // namespace eca
