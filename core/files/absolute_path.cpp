#include "core/files/absolute_path.hpp"

#include <filesystem>

namespace eca {

namespace fs = std::filesystem;

// Only dots at the beginning are resolved: the current folder is given without symbolic links, so its ".." is its parent. One
// further on may follow a link.
std::string absolute_path(const std::string& path) {
  if (path.empty() || fs::path(path).is_absolute()) return path;
  fs::path folder = fs::current_path(), rest;
  for (const fs::path& part : fs::path(path)) {
    if (rest.empty() && (part == "." || part.empty())) continue;
    if (rest.empty() && part == "..") {
      folder = folder.parent_path();
    } else {
      rest /= part;
    }
  }
  return (rest.empty() ? folder : folder / rest).string();
}

}  // namespace eca
