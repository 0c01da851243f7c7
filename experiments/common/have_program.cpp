#include "experiments/common/have_program.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace eca {

// Asking a shell would cost a process each time.
bool have_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace eca
