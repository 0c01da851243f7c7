#include "core/files/make_folder.hpp"

#include <filesystem>
#include <system_error>

#include "core/base/error.hpp"

namespace eca {

void make_folder(const std::string& folder, const std::string& what) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw FileError(folder, "cannot make this " + what + ": " + error.message());
}

}  // namespace eca
