#include "core/files/new_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/files/make_folder.hpp"

namespace eca {

// "scenes/" -> "scenes"
static std::string without_slash(const std::string& folder) {
  const std::filesystem::path path(folder);
  return (path.has_filename() ? path : path.parent_path()).string();
}

static void check_not_there(const std::string& folder) {
  if (folder.empty()) throw FileError(folder, "expected the name of a folder to make");
  if (std::filesystem::exists(std::filesystem::symlink_status(folder)))
    throw FileError(folder, "is there already; choose another name, or remove it first");
}

NewFolder::NewFolder(const std::string& folder) : folder_(without_slash(folder)) {
  check_not_there(folder_);
  const std::string name = folder_ + "." + std::to_string(::getpid());
  const std::string above = std::filesystem::path(folder_).parent_path().string();
  if (!above.empty()) make_folder(above);
  std::error_code error;
  bool made = false;
  // A number behind the name where a process of this number left one behind.
  for (int i = 0; !made && !error; ++i) {
    temporary_ = name + (i == 0 ? "" : "-" + std::to_string(i)) + ".tmp";
    made = std::filesystem::create_directory(temporary_, error);
  }
  if (error) throw FileError(folder_, "cannot make the folder " + temporary_ + ": " + error.message());
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!committed_) std::filesystem::remove_all(temporary_, ignored);
}

void NewFolder::commit() {
  // One call for all files; the name must not be there before what it stands for is on the disk.
  const int fd = ::open(temporary_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || ::syncfs(fd) != 0) {
    const std::string reason = std::strerror(errno);
    if (fd >= 0) ::close(fd);
    throw FileError(temporary_, "cannot be brought to the disk: " + reason);
  }
  ::close(fd);
  check_not_there(folder_);
  std::error_code error;
  std::filesystem::rename(temporary_, folder_, error);
  if (error) throw FileError(folder_, "cannot rename " + temporary_ + " to it: " + error.message());
  committed_ = true;
}

}  // namespace eca
