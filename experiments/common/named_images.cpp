#include "experiments/common/named_images.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/images/find_images.hpp"
#include "experiments/common/load_data.hpp"

namespace eca {

std::vector<std::string> named_images(const std::vector<std::string>& named) {
  std::vector<std::string> files;
  for (const std::string& name : named) {
    if (!std::filesystem::is_directory(name)) {
      files.push_back(name);
      continue;
    }
    SkippedFiles skipped;
    const std::vector<std::filesystem::path> found = find_images(name, skipped);
    if (found.empty()) throw FileError(name, "holds no images");
    for (const std::filesystem::path& file : found) files.push_back(file.string());
    for (const std::string& text : {skipped.str(), skipped.unread_images()}) {
      if (!text.empty()) warn(name + ": passed over " + text);
    }
  }
  return files;
}

}  // namespace eca
