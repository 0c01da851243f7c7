#include "core/files/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/base/error.hpp"

namespace eca {

namespace {

// Throws with the reason in errno.
[[noreturn]] void fail(const std::string& path, const std::string& attempt) {
  const int reason = errno;
  throw FileError(path, "cannot " + attempt + ": " + std::strerror(reason));
}

// A file of its own, "PATH.PID.tmp", or "PATH.PID-1.tmp" and so on where a process of that number, before this one or in
// another container, left one behind. It disappears again unless commit() was reached.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path) : path_(path) {
    const std::string name = path + "." + std::to_string(::getpid());
    for (int i = 0; fd_ < 0; ++i) {
      temporary_ = name + (i == 0 ? "" : "-" + std::to_string(i)) + ".tmp";
      fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (fd_ < 0 && errno != EEXIST) fail(path_, "create " + temporary_);
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!renamed_) ::unlink(temporary_.c_str());
  }

  void write(std::span<const std::string_view> parts);
  // The order matters: the bytes must be on the disk before the name points to them.
  void commit();

 private:
  std::string path_, temporary_;
  int fd_ = -1;
  bool renamed_ = false;
};

void TemporaryFile::write(std::span<const std::string_view> parts) {
  uint64_t wanted = 0, written = 0;
  for (const std::string_view part : parts) wanted += part.size();
  for (std::string_view rest : parts) {
    while (!rest.empty()) {
      const ssize_t n = ::write(fd_, rest.data(), rest.size());  // may take less than it was given
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        fail(path_, "write " + temporary_ + " (" + std::to_string(written) + " of " + std::to_string(wanted) +
                        " bytes written)");
      }
      written += static_cast<uint64_t>(n);
      rest.remove_prefix(static_cast<size_t>(n));
    }
  }
}

void TemporaryFile::commit() {
  if (::fsync(fd_) != 0) fail(path_, "sync " + temporary_);
  const int result = ::close(fd_);
  fd_ = -1;
  if (result != 0) fail(path_, "close " + temporary_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, "rename " + temporary_ + " to it");
  renamed_ = true;
}

// Makes the rename itself survive a power cut.
void sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail(path, "open the folder " + folder + " to sync it (the new file is in place)");
  const bool synced = ::fsync(fd) == 0 || errno == EINVAL;  // EINVAL: this file system has no folder sync
  const int reason = errno;
  ::close(fd);
  errno = reason;
  if (!synced) fail(path, "sync the folder " + folder + " (the new file is in place)");
}

}  // namespace

void write_file_atomically(const std::string& path, std::span<const std::string_view> parts) {
  TemporaryFile file(path);
  file.write(parts);
  file.commit();
  sync_folder_of(path);
}

void write_file_atomically(const std::string& path, std::string_view bytes) {
  write_file_atomically(path, std::span(&bytes, 1));
}

}  // namespace eca
